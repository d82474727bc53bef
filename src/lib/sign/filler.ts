import { decodeLatin1 } from '../bytes/latin1.ts';
import type { Appender } from '../pdf/append.ts';
import { fillDrawing } from '../pdf/appearance/drawing.ts';
import type { FontSet, Hand } from '../pdf/appearance/fonts.ts';
import { appearance, canvasOf, type Canvas } from '../pdf/appearance/form.ts';
import type { Choice } from '../pdf/appearance/packs.ts';
import { addPicture, pictureSize, showPicture } from '../pdf/appearance/picture.ts';
import { RevisionFonts } from '../pdf/appearance/revision-fonts.ts';
import { layComb, layText, showText } from '../pdf/appearance/text.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { FormField, Widget } from '../pdf/fields.ts';
import { pageBoxes, rectangle, type PageBoxes } from '../pdf/geometry.ts';
import { PdfStream, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { numberText } from '../pdf/serialize.ts';
import { fieldStyle, type FieldStyle } from './field-style.ts';
import { FIRST_HAND } from './drawn-text.ts';
import type { Mark, Picture } from './layout.ts';
import { DEFAULT_FONT_SIZE } from './widget.ts';

/** Points between a value and the edge of its field: 2, less in a field that is hardly higher than its text. */
const insetOf = (canvas: { readonly height: number }): number => Math.min(2, canvas.height / 10);
/** Largest size of a value whose field says "as large as fits" (/DA with size 0). */
const LARGEST = { line: 24, lines: 12 };

/** How the text of a field is set, beside its style. */
export interface ValueKind {
  readonly multiline: boolean;
  /** Number of cells of equal width; null for running text. */
  readonly cells: number | null;
}

/** Draws appearances; one for each revision, so that its fields share the fonts. */
export class Filler {
  readonly #fonts: RevisionFonts;
  #embed: boolean | null = null;

  constructor(
    readonly appender: Appender,
    private readonly set: FontSet
  ) {
    this.#fonts = new RevisionFonts(appender);
  }

  /** Writes the fonts that were used. Call once, when every field is filled. */
  finish(): void {
    this.#fonts.finish();
  }

  /** Null for a field that nobody sees. */
  canvas(field: FormField): Canvas | null {
    const [widget] = field.widgets;
    return widget === undefined ? null : this.place(field, widget);
  }

  /** Where one widget of a field is drawn; null when it has no place on a page. */
  place(field: FormField, widget: Widget): Canvas | null {
    const { doc } = this.appender;
    const corners = doc.array(widget.dict.get('Rect'))?.map((part) => doc.resolve(part));
    const rect = rectangle(corners);
    if (rect === null) return null;
    const boxes = boxesOf(doc, widget.dict.get('P'));
    // §12.5.6.19: a form's own field that states no turn lies as the page does; pictures are upright.
    const usual = field.type === 'Sig' || field.name.startsWith('cs-') ? boxes.rotate : 0;
    return canvasOf(boxes, rect, this.style(field, widget).turn ?? usual);
  }

  style(field: FormField, widget: Widget): FieldStyle {
    return fieldStyle(this.appender.doc, field, widget.dict, DEFAULT_FONT_SIZE);
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
          // The hands' ascenders and descenders need a third more than their size.
          size: canvas.height / 1.3,
          multiline: false,
          smallest: 1.5
        };
        const laid = layText(mark.text, area, this.#choice(what, mark.hand ?? FIRST_HAND));
        const drawn = showText(this.#fonts, laid, canvas, { inset: insetOf(canvas), align: 'center' });
        return appearance(canvas, drawn.content, { fonts: drawn.fonts });
      }
    }
  }

  picture(canvas: Canvas, picture: Picture): PdfStream {
    const image = addPicture(this.appender, picture);
    return appearance(canvas, showPicture(pictureSize(picture), canvas), { image });
  }

  /** A value in the field's own size, smaller where it must be. */
  value(canvas: Canvas, text: string, style: FieldStyle, kind: ValueKind, what: string): PdfStream {
    const { multiline, cells } = kind;
    const frame = style.border === null ? 0 : style.border.width * canvas.boxes.userUnit;
    const inset = insetOf(canvas) + frame;
    const height = canvas.height - 2 * frame - (multiline ? 2 * insetOf(canvas) : 0);
    const largest = multiline ? LARGEST.lines : Math.min(LARGEST.line, height / 1.3);
    const area = {
      width: canvas.width - (cells === null ? 2 * inset : 0),
      height,
      size: style.size > 0 ? style.size * canvas.boxes.userUnit : largest,
      multiline
    };
    const choice = this.#choice(what, null);
    const laid = cells === null ? layText(text, area, choice) : layComb(text, cells, area, choice);
    const placement = { inset, align: style.align, color: style.color };
    const drawn = showText(
      this.#fonts,
      laid,
      canvas,
      cells === null ? placement : { ...placement, comb: cells }
    );
    const content = `${frameOf(canvas, style, cells)}/Tx BMC ${drawn.content} EMC`;
    return appearance(canvas, content, { fonts: drawn.fonts });
  }

  /** The options of a list box from the first that lets the chosen one be seen, that one marked. */
  list(
    canvas: Canvas,
    options: readonly string[],
    chosen: number,
    style: FieldStyle,
    what: string
  ): PdfStream {
    const size = (style.size > 0 ? style.size : DEFAULT_FONT_SIZE) * canvas.boxes.userUnit;
    const step = size * 1.25;
    const rows = Math.max(1, Math.floor(canvas.height / step));
    const first = Math.max(0, Math.min(chosen, options.length - rows));
    const fonts = new Map<string, PdfRef>();
    const parts = options.slice(first, first + rows).map((option, row) => {
      const box = { width: canvas.width, height: step };
      const area = {
        width: canvas.width - 2 * insetOf(canvas),
        height: step,
        size,
        multiline: false,
        smallest: 2
      };
      const laid = layText(option, area, this.#choice(what, null));
      const placement = { inset: insetOf(canvas), align: style.align, color: style.color };
      const drawn = showText(this.#fonts, laid, box, placement);
      for (const [name, ref] of drawn.fonts) fonts.set(name, ref);
      const down = numberText(Math.round((canvas.height - (row + 1) * step) * 100) / 100);
      const marked = first + row === chosen ? `0.6 0.76 0.86 rg 0 0 ${box.width} ${step} re f ` : '';
      return `q 1 0 0 1 0 ${down} cm ${marked}${drawn.content} Q`;
    });
    return appearance(canvas, `${frameOf(canvas, style, null)}/Tx BMC ${parts.join(' ')} EMC`, { fonts });
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
    parts.push(mark === null ? appearance(part, '') : this.mark(part, mark, 'signature'));
    if (stamp !== null) parts.push(this.picture(part, stamp));
    if (lines.length > 0) {
      const inset = insetOf(canvas);
      const area = {
        width: width - 2 * inset,
        height: canvas.height - 2 * inset,
        size: 8,
        multiline: true,
        smallest: 1.5
      };
      const laid = layText(lines.join('\n'), area, this.#choice('signature', null));
      const drawn = showText(this.#fonts, laid, part, { inset, align: 'start' });
      parts.push(appearance(part, drawn.content, { fonts: drawn.fonts }));
    }
    const forms = parts.map((form) => this.appender.add(form));
    const content = forms.map((_, index) => `q 1 0 0 1 ${Math.round(width * index)} 0 cm /P${index} Do Q`);
    return appearance(canvas, content.join(' '), { forms });
  }

  /** An appearance that shows no value, the field's own new one. */
  blank(canvas: Canvas, style?: FieldStyle): PdfStream {
    return appearance(canvas, style === undefined ? '' : frameOf(canvas, style, null).trim());
  }

  #choice(what: string, hand: Hand | null): Choice {
    this.#embed ??= claimsArchive(this.appender.doc);
    return { fonts: this.set, hand, embed: this.#embed, what };
  }
}

/** Background and border as the field's author wants them, and the walls between cells. */
function frameOf(canvas: Canvas, { background, border }: FieldStyle, cells: number | null): string {
  const number = (value: number) => numberText(Math.round(value * 100) / 100);
  let out = '';
  if (background !== null) out += `${background} 0 0 ${number(canvas.width)} ${number(canvas.height)} re f `;
  if (border === null || border.width === 0) return out;
  const line = border.width * canvas.boxes.userUnit;
  const size = `${number(canvas.width - line)} ${number(canvas.height - line)}`;
  out += `${border.color} ${number(line)} w ${number(line / 2)} ${number(line / 2)} ${size} re S `;
  for (let cell = 1; cells !== null && cell < cells; cell += 1) {
    const x = number((canvas.width / cells) * cell);
    out += `${x} 0 m ${x} ${number(canvas.height)} l S `;
  }
  return out;
}

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

/** Whether the file says of itself that it is PDF/A (ISO 19005): then no font may be left to the reader. */
function claimsArchive(doc: PdfDocument): boolean {
  const metadata = doc.resolve(doc.catalog.get('Metadata'));
  return metadata instanceof PdfStream && decodeLatin1(doc.inflate(metadata)).includes('pdfaid');
}
