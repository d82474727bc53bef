import type { Appender } from '../pdf/append.ts';
import type { Canvas } from '../pdf/appearance/form.ts';
import { pictureDigest } from '../pdf/appearance/picture.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import type { FormField, Widget } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfString, type PdfObject, type PdfStream } from '../pdf/objects.ts';
import { textString } from '../pdf/serialize.ts';
import { decodeText } from '../pdf/text.ts';
import { optionsOf, stateOf } from './existing.ts';
import type { Filler } from './filler.ts';
import type { SignInput } from './layout.ts';
import { PRINT_LOCKED, READ_ONLY } from './widget.ts';

/** Bits of /Ff (§12.7.5.3, §12.7.5.4). */
const MULTILINE = 1 << 12;
const COMB = 1 << 24;
const COMBO = 1 << 17;
const EDITABLE = 1 << 18;

/** Kind of a field by its name (`cs-A-stamp-1`); empty for a field of the uploaded form. */
export function kindOf(name: string): string {
  return /^cs-[A-Z]{1,2}-([a-z]+)-\d+$/.exec(name)?.[1] ?? '';
}

/**
 * Fills and locks one field of the party, blank or not: a locked field that keeps the appearance of an
 * earlier revision is called changed by pyHanko (`signing-facts.md`, 0.3). Throws PdfError `glyph-missing`,
 * `does-not-fit`, `image` or `structure`, each naming the field, and FontNeeded.
 */
export function fillField(filler: Filler, field: FormField, input: SignInput, doc: PdfDocument): void {
  if (field.widgets.length === 0) throw new PdfError('structure', `${field.name} has no place on a page`);
  const kind = kindOf(field.name);
  if (field.type === 'Btn') fillButton(filler, field, input.values[field.name], doc);
  else if (kind === 'stamp' || kind === 'initials' || kind === 'sig')
    fillPictured(filler, field, kind, input);
  else fillText(filler, field, input.values[field.name], doc);
}

/** What is written into a field: its value, and for each widget its appearance or its state. */
interface Filling {
  readonly value?: PdfObject;
  appearance?(widget: Widget): PdfStream;
  state?(widget: Widget): string;
}

/** Puts the new dictionaries of a field and its widgets, read-only and locked; mostly they are one. */
function lock(appender: Appender, field: FormField, filling: Filling): void {
  const own = field.dict.clone();
  if (filling.value !== undefined) own.set('V', filling.value);
  own.set('Ff', field.flags | READ_ONLY);
  for (const widget of field.widgets) {
    const same = widget.ref.num === field.ref.num;
    const dict = same ? own : widget.dict.clone();
    if (filling.appearance !== undefined)
      dict.set('AP', new PdfDict().set('N', appender.add(filling.appearance(widget))));
    if (filling.state !== undefined) dict.set('AS', new PdfName(filling.state(widget)));
    dict.set('F', PRINT_LOCKED);
    if (!same) appender.put(widget.ref, dict);
  }
  appender.put(field.ref, own);
}

function canvasOf(filler: Filler, field: FormField, widget: Widget): Canvas {
  const canvas = filler.place(field, widget);
  if (canvas === null) throw new PdfError('structure', `${field.name} has no place on a page`);
  return canvas;
}

/** A checkbox or a radio group (§12.7.5.2): the state that is on, and each widget's own. */
function fillButton(filler: Filler, field: FormField, chosen: string | undefined, doc: PdfDocument): void {
  const former = field.value instanceof PdfName ? field.value.name : 'Off';
  const on = chosen === undefined ? former : chosen === '' ? 'Off' : chosen;
  if (on === former) return lock(filler.appender, field, {});
  const states = field.widgets.map((widget) => stateOf(doc, widget));
  if (on !== 'Off' && !states.includes(on))
    throw new PdfError('structure', `${field.name}: "${on}" is not offered`);
  lock(filler.appender, field, {
    value: new PdfName(on),
    state: (widget) => (stateOf(doc, widget) === on ? on : 'Off')
  });
}

function fillPictured(
  filler: Filler,
  field: FormField,
  kind: 'stamp' | 'initials' | 'sig',
  input: SignInput
): void {
  const stamp = kind === 'stamp' ? input.stamps[field.name] : undefined;
  const mark = kind === 'stamp' ? undefined : input.marks[field.name];
  if (stamp !== undefined) {
    lock(filler.appender, field, {
      value: textString(`Stamp of ${input.signerName}, sha256 ${pictureDigest(stamp)}`),
      appearance: (widget) => filler.picture(canvasOf(filler, field, widget), stamp)
    });
  } else if (mark !== undefined) {
    const word = kind === 'initials' ? 'Initials' : 'Signature';
    lock(filler.appender, field, {
      value: textString(`${word} of ${input.signerName}`),
      appearance: (widget) => filler.mark(canvasOf(filler, field, widget), mark, field.name)
    });
  } else {
    lock(filler.appender, field, { appearance: (widget) => filler.blank(canvasOf(filler, field, widget)) });
  }
}

/** Text, date, number and choice; what stood in a form's own field stays where the party said nothing. */
function fillText(filler: Filler, field: FormField, given: string | undefined, doc: PdfDocument): void {
  const former = field.value instanceof PdfString ? decodeText(field.value) : '';
  const text = given ?? former;
  const options = field.type === 'Ch' ? optionsOf(doc, field) : [];
  const chosen = options.findIndex(([kept]) => kept === text);
  if (field.type === 'Ch' && text !== '' && chosen < 0 && (field.flags & EDITABLE) === 0)
    throw new PdfError('structure', `${field.name}: "${text}" is not offered`);
  const longest = field.inherited('MaxLen');
  if (field.type === 'Tx' && typeof longest === 'number' && [...text].length > longest)
    throw new PdfError('does-not-fit', `${field.name}: "${text}" has more than ${longest} characters`);
  const multiline = field.type === 'Tx' && (field.flags & MULTILINE) !== 0;
  const comb = field.type === 'Tx' && !multiline && (field.flags & COMB) !== 0;
  const cells = comb && typeof longest === 'number' && longest >= 1 ? Math.floor(longest) : null;
  const isList = field.type === 'Ch' && (field.flags & COMBO) === 0;
  lock(filler.appender, field, {
    // A value that was never there is not written empty: verifiers would call that a change.
    ...(text === former ? {} : { value: textString(text) }),
    appearance: (widget) => {
      const canvas = canvasOf(filler, field, widget);
      const style = filler.style(field, widget);
      if (isList) {
        const shown = options.map(([, label]) => label);
        return filler.list(canvas, shown, chosen, style, field.name);
      }
      const shown = options[chosen]?.[1] ?? text;
      if (shown === '') return filler.blank(canvas, style);
      return filler.value(canvas, shown, style, { multiline, cells }, field.name);
    }
  });
}
