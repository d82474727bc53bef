import type { Appender } from '../pdf/append.ts';
import { fillDrawing } from '../pdf/appearance/drawing.ts';
import { EmbeddedFont } from '../pdf/appearance/embedded-font.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { appearance, canvasOf, type Canvas, type Resources } from '../pdf/appearance/form.ts';
import { addPicture, pictureDigest, pictureSize, showPicture } from '../pdf/appearance/picture.ts';
import { layText, showText } from '../pdf/appearance/text.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import type { FormField } from '../pdf/fields.ts';
import { pageBoxes, rectangle, type PageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfString, type PdfObject, type PdfStream } from '../pdf/objects.ts';
import { textString } from '../pdf/serialize.ts';
import { decodeText } from '../pdf/text.ts';
import type { Mark, Picture, SignInput } from './layout.ts';
import { DEFAULT_FONT_SIZE, PRINT_LOCKED, READ_ONLY } from './widget.ts';

/** Points between a value and the edge of its field: 2, less in a field that is hardly higher than its text. */
const insetOf = (canvas: { readonly height: number }): number => Math.min(2, canvas.height / 10);
const MULTILINE = 1 << 12;

/** Boxes of the page that a widget's /P names, with what the page inherits (§7.7.3.4). */
function boxesOf(doc: PdfDocument, page: PdfObject | undefined): PageBoxes {
  return pageBoxes((key) => {
    let node = doc.dict(page);
    for (let depth = 0; node !== null && depth < doc.limits.pageTreeDepth; depth += 1) {
      const value = doc.resolve(node.get(key));
      if (value !== null) return value;
      node = doc.dict(node.get('Parent'));
    }
    return null;
  });
}

/** Draws into fields and writes their values; one for each revision, so that its fields share the fonts. */
export class Filler {
  readonly #text: EmbeddedFont;
  readonly #script: EmbeddedFont;

  constructor(
    private readonly appender: Appender,
    fonts: FontSet
  ) {
    this.#text = new EmbeddedFont(appender, fonts.text);
    this.#script = new EmbeddedFont(appender, fonts.script);
  }

  /** Writes the fonts that were used. Call once, when every field is filled. */
  finish(): void {
    this.#text.finish();
    this.#script.finish();
  }

  /** Null for a field that nobody sees. */
  canvas(field: FormField): Canvas | null {
    const { doc } = this.appender;
    const rect = rectangle(doc.resolve(field.dict.get('Rect')) ?? undefined);
    return rect === null ? null : canvasOf(boxesOf(doc, field.dict.get('P')), rect);
  }

  /** How a mark looks on a canvas; `what` names the field in errors. */
  mark(canvas: Canvas, mark: Mark, what: string): PdfStream {
    switch (mark.kind) {
      case 'drawn':
        return appearance(canvas, fillDrawing(mark.drawing, canvas));
      case 'uploaded':
        return this.picture(canvas, mark.picture);
      case 'typed': {
        const area = {
          width: canvas.width - 2 * insetOf(canvas),
          height: canvas.height,
          // Caveat's ascenders and descenders need a third more than its size.
          size: canvas.height / 1.3,
          multiline: false,
          smallest: 1.5
        };
        const laid = layText(this.#script.face, mark.text, area, what);
        const content = showText(this.#script, laid, canvas, { inset: insetOf(canvas), align: 'center' });
        return appearance(canvas, content, { font: this.#script.ref });
      }
    }
  }

  picture(canvas: Canvas, picture: Picture): PdfStream {
    const image = addPicture(this.appender, picture);
    return appearance(canvas, showPicture(pictureSize(picture), canvas), { image });
  }

  /** A value in the field's own size, smaller where it must be. */
  value(canvas: Canvas, field: FormField, text: string): PdfStream {
    const multiline = field.type === 'Tx' && (field.flags & MULTILINE) !== 0;
    const area = {
      width: canvas.width - 2 * insetOf(canvas),
      height: canvas.height - (multiline ? 2 * insetOf(canvas) : 0),
      size: fontSize(this.appender.doc, field) * canvas.boxes.userUnit,
      multiline
    };
    const laid = layText(this.#text.face, text, area, field.name);
    const content = showText(this.#text, laid, canvas, { inset: insetOf(canvas), align: 'left' });
    return appearance(canvas, `/Tx BMC ${content} EMC`, { font: this.#text.ref });
  }

  /**
   * The signature's own appearance where a party has no fields of its own (a file that was signed before):
   * the mark on the left; stamp and values on the right.
   */
  combined(canvas: Canvas, mark: Mark | null, stamp: Picture | null, lines: readonly string[]): PdfStream {
    const parts: PdfStream[] = [];
    const columns = 1 + (stamp === null ? 0 : 1) + (lines.length === 0 ? 0 : 1);
    const width = canvas.width / columns;
    const part: Canvas = {
      width,
      height: canvas.height,
      rect: [0, 0, width, canvas.height],
      boxes: { crop: [0, 0, 1, 1], rotate: 0, userUnit: 1 }
    };
    const blank = appearance(part, '');
    parts.push(mark === null ? blank : this.mark(part, mark, 'signature'));
    if (stamp !== null) parts.push(this.picture(part, stamp));
    if (lines.length > 0) {
      const area = {
        width: width - 2 * insetOf(canvas),
        height: canvas.height - 2 * insetOf(canvas),
        size: 8,
        multiline: true,
        smallest: 1.5
      };
      const laid = layText(this.#text.face, lines.join('\n'), area, 'signature');
      const content = showText(this.#text, laid, part, { inset: insetOf(canvas), align: 'left' });
      parts.push(appearance(part, content, { font: this.#text.ref }));
    }
    const forms = parts.map((form) => this.appender.add(form));
    const content = forms.map((_, index) => `q 1 0 0 1 ${Math.round(width * index)} 0 cm /P${index} Do Q`);
    const resources: Resources = { forms };
    return appearance(canvas, content.join(' '), resources);
  }

  /** Puts a field's new dictionary: appearance, value, read-only and locked. */
  lock(field: FormField, changes: { value?: PdfObject; appearance?: PdfStream; state?: string }): void {
    const dict = field.dict.clone();
    if (changes.value !== undefined) dict.set('V', changes.value);
    if (changes.appearance !== undefined) {
      dict.set('AP', new PdfDict().set('N', this.appender.add(changes.appearance)));
    }
    if (changes.state !== undefined) dict.set('AS', new PdfName(changes.state));
    dict.set('Ff', field.flags | READ_ONLY).set('F', PRINT_LOCKED);
    this.appender.put(field.ref, dict);
  }

  /** An appearance that shows nothing, the field's own new one. */
  blank(canvas: Canvas): PdfStream {
    return appearance(canvas, '');
  }
}

function fontSize(doc: PdfDocument, field: FormField): number {
  const da = doc.resolve(field.dict.get('DA'));
  const written = da instanceof PdfString ? /([\d.]+)\s+Tf/.exec(decodeText(da))?.[1] : undefined;
  const size = Number(written);
  return size > 0 ? size : DEFAULT_FONT_SIZE;
}

/** Kind of a field by its name (`cs-A-stamp-1`). */
export function kindOf(name: string): string {
  return /^cs-[A-Z]{1,2}-([a-z]+)-\d+$/.exec(name)?.[1] ?? '';
}

/**
 * Fills and locks one field of the party, blank or not: a locked field that keeps the appearance of an
 * earlier revision is called changed by pyHanko (`signing-facts.md`, 0.3).
 */
export function fillField(filler: Filler, field: FormField, input: SignInput, doc: PdfDocument): void {
  const canvas = filler.canvas(field);
  if (canvas === null) throw new PdfError('structure', `${field.name} has no place on a page`);
  const kind = kindOf(field.name);
  if (kind === 'check') {
    const ticked = (input.values[field.name] ?? '') !== '';
    filler.lock(field, ticked ? { value: new PdfName('Yes'), state: 'Yes' } : {});
    return;
  }
  if (kind === 'stamp' || kind === 'initials' || kind === 'sig') {
    fillPictured(filler, field, canvas, kind, input);
    return;
  }
  const text = input.values[field.name] ?? '';
  if (kind === 'choice') checkOption(doc, field, text);
  if (text === '') filler.lock(field, { appearance: filler.blank(canvas) });
  else filler.lock(field, { value: textString(text), appearance: filler.value(canvas, field, text) });
}

function fillPictured(
  filler: Filler,
  field: FormField,
  canvas: Canvas,
  kind: 'stamp' | 'initials' | 'sig',
  input: SignInput
): void {
  const stamp = kind === 'stamp' ? input.stamps[field.name] : undefined;
  const mark = kind === 'stamp' ? undefined : input.marks[field.name];
  if (stamp !== undefined) {
    const value = `Stamp of ${input.signerName}, sha256 ${pictureDigest(stamp)}`;
    filler.lock(field, { value: textString(value), appearance: filler.picture(canvas, stamp) });
  } else if (mark !== undefined) {
    const word = kind === 'initials' ? 'Initials' : 'Signature';
    const value = textString(`${word} of ${input.signerName}`);
    filler.lock(field, { value, appearance: filler.mark(canvas, mark, field.name) });
  } else filler.lock(field, { appearance: filler.blank(canvas) });
}

function checkOption(doc: PdfDocument, field: FormField, text: string): void {
  const options = doc.array(field.dict.get('Opt')) ?? [];
  const known = options.some((option) => option instanceof PdfString && decodeText(option) === text);
  if (text !== '' && !known) throw new PdfError('structure', `${field.name}: "${text}" is not offered`);
}
