import type { PdfDocument } from '../pdf/document.ts';
import { concat } from '../bytes/concat.ts';
import { PdfError } from '../pdf/error.ts';
import { isSpace, Lexer, type Token } from '../pdf/lexer.ts';
import { limitError } from '../pdf/limits.ts';
import { PdfDict, PdfName, type PdfObject, PdfStream, PdfString } from '../pdf/objects.ts';
import { Parser } from '../pdf/parser.ts';
import { fontWidths, type FontWidths } from './glyph-width.ts';
import {
  area,
  type Box,
  identity,
  intersect,
  type Matrix,
  multiply,
  transform,
  transformBox
} from './matrix.ts';

/** Where something was painted, in the page's user space. */
export interface ContentBox {
  readonly what: 'text' | 'image' | 'path';
  readonly box: Box;
  /** What was shown, and with which font. */
  readonly text?: { readonly string: PdfString; readonly font: PdfDict | null; readonly bytes: number };
  readonly image?: PdfStream;
  /** It hides what was painted before: a filled rectangle, or an image without a mask. */
  readonly opaque?: boolean;
}

const MAX_OPERATORS = 2_000_000;
const MAX_BOXES = 200_000;
const MAX_DEPTH = 12;
/** Above and below the baseline, in font sizes, where nothing better is known. */
const ASCENT = 0.75;
const DESCENT = -0.2;

interface State {
  matrix: Matrix;
  clip: Box;
  font: FontWidths;
  dict: PdfDict | null;
  size: number;
  charSpace: number;
  wordSpace: number;
  scale: number;
  leading: number;
  rise: number;
  mode: number;
  /** The fill lets through what lies below it (§11.3.7). */
  clear: boolean;
}

/** Walks a page's content (§8, §9) and notes the boxes of what it paints. Text that is never shown is left out. */
class Painter {
  readonly boxes: ContentBox[] = [];
  private operators = 0;
  private readonly fonts = new Map<PdfDict | null, FontWidths>();

  constructor(private readonly doc: PdfDocument) {}

  private paint(
    what: ContentBox['what'],
    box: Box,
    state: State,
    more: Omit<ContentBox, 'what' | 'box'> = {}
  ): void {
    const seen = intersect(box, state.clip);
    if (seen[2] < seen[0] || seen[3] < seen[1]) return;
    if (this.boxes.length >= MAX_BOXES) throw limitError('painted boxes', MAX_BOXES);
    this.boxes.push({ what, box: seen, ...more });
  }

  private widths(font: PdfDict | null): FontWidths {
    let widths = this.fonts.get(font);
    if (widths === undefined) {
      widths = fontWidths(this.doc, font);
      this.fonts.set(font, widths);
    }
    return widths;
  }

  run(content: Uint8Array, resources: PdfDict | null, matrix: Matrix, clip: Box, depth: number): void {
    const lexer = new Lexer(content, 0, true, this.doc.limits.stringLength);
    const parser = new Parser(lexer, this.doc.limits);
    let state: State = {
      matrix,
      clip,
      font: this.widths(null),
      dict: null,
      size: 1,
      charSpace: 0,
      wordSpace: 0,
      scale: 1,
      leading: 0,
      rise: 0,
      mode: 0,
      clear: false
    };
    const saved: State[] = [];
    let stack: PdfObject[] = [];
    let path: number[] = [];
    let clipping = false;
    /** The path is made of rectangles alone. */
    let rectangles = true;
    let text: Matrix = identity;
    let line: Matrix = identity;
    const num = (i: number): number => {
      const value = stack[i];
      return typeof value === 'number' ? value : 0;
    };
    const point = (x: number, y: number): void => {
      path.push(...transform(state.matrix, x, y));
    };
    const pathBox = (): Box | null => {
      if (path.length === 0) return null;
      let box: Box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i + 1 < path.length; i += 2) {
        const [x = 0, y = 0] = [path[i], path[i + 1]];
        box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
      }
      return box;
    };
    const endPath = (painted: boolean, filled = false): void => {
      const box = pathBox();
      const opaque = filled && rectangles && !state.clear;
      if (box !== null && painted) this.paint('path', box, state, { opaque });
      rectangles = true;
      if (clipping) state = { ...state, clip: box === null ? state.clip : intersect(state.clip, box) };
      path = [];
      clipping = false;
    };
    const move = (x: number, y: number): void => {
      line = multiply([1, 0, 0, 1, x, y], line);
      text = line;
    };
    const show = (object: PdfObject | undefined): void => {
      if (!(object instanceof PdfString)) return;
      const { font } = state;
      let width = 0;
      for (let i = 0; i + font.bytes <= object.bytes.length; i += font.bytes) {
        const code =
          font.bytes === 2
            ? ((object.bytes[i] ?? 0) << 8) | (object.bytes[i + 1] ?? 0)
            : (object.bytes[i] ?? 0);
        const space = font.bytes === 1 && code === 32 ? state.wordSpace : 0;
        width += ((font.width(code) / 1000) * state.size + state.charSpace + space) * state.scale;
      }
      const box: Box = [
        Math.min(0, width),
        state.rise + Math.min(ASCENT * state.size, DESCENT * state.size),
        Math.max(0, width),
        state.rise + Math.max(ASCENT * state.size, DESCENT * state.size)
      ];
      // Mode 3 is never seen: the text layer of a scan.
      if (state.mode !== 3 && state.mode !== 7 && object.bytes.some((byte) => byte !== 32 && byte !== 0)) {
        this.paint('text', transformBox(multiply(text, state.matrix), box), state, {
          text: { string: object, font: state.dict, bytes: font.bytes }
        });
      }
      text = multiply([1, 0, 0, 1, width, 0], text);
    };
    const named: Record<string, () => void> = {
      q: () => void saved.push(state),
      Q: () => void (state = saved.pop() ?? state),
      cm: () =>
        void (state = {
          ...state,
          matrix: multiply([num(0), num(1), num(2), num(3), num(4), num(5)], state.matrix)
        }),
      m: () => point(num(0), num(1)),
      l: () => point(num(0), num(1)),
      c: () => [0, 2, 4].forEach((i) => point(num(i), num(i + 1))),
      v: () => [0, 2].forEach((i) => point(num(i), num(i + 1))),
      y: () => [0, 2].forEach((i) => point(num(i), num(i + 1))),
      re: () => {
        point(num(0), num(1));
        point(num(0) + num(2), num(1) + num(3));
        point(num(0) + num(2), num(1));
        point(num(0), num(1) + num(3));
      },
      gs: () => {
        const name = stack[0];
        const states = this.doc.dict(resources?.get('ExtGState'));
        const one = name instanceof PdfName ? this.doc.dict(states?.get(name.name)) : null;
        const alpha = this.doc.resolve(one?.get('ca'));
        if (typeof alpha === 'number') state = { ...state, clear: alpha < 1 };
      },
      W: () => void (clipping = true),
      'W*': () => void (clipping = true),
      n: () => endPath(false),
      sh: () => this.paint('path', state.clip, state),
      BT: () => void (text = line = identity),
      Tf: () => {
        const name = stack[0];
        const fonts = this.doc.dict(resources?.get('Font'));
        const font = name instanceof PdfName ? this.doc.dict(fonts?.get(name.name)) : null;
        state = { ...state, font: this.widths(font), dict: font, size: num(1) };
      },
      Tc: () => void (state = { ...state, charSpace: num(0) }),
      Tw: () => void (state = { ...state, wordSpace: num(0) }),
      Tz: () => void (state = { ...state, scale: num(0) / 100 }),
      TL: () => void (state = { ...state, leading: num(0) }),
      Ts: () => void (state = { ...state, rise: num(0) }),
      Tr: () => void (state = { ...state, mode: num(0) }),
      Td: () => move(num(0), num(1)),
      TD: () => {
        state = { ...state, leading: -num(1) };
        move(num(0), num(1));
      },
      Tm: () => void (text = line = [num(0), num(1), num(2), num(3), num(4), num(5)]),
      'T*': () => move(0, -state.leading),
      Tj: () => show(stack[0]),
      "'": () => {
        move(0, -state.leading);
        show(stack[0]);
      },
      '"': () => {
        state = { ...state, wordSpace: num(0), charSpace: num(1) };
        move(0, -state.leading);
        show(stack[2]);
      },
      TJ: () => {
        for (const item of this.doc.array(stack[0]) ?? []) {
          if (typeof item === 'number')
            text = multiply([1, 0, 0, 1, (-item / 1000) * state.size * state.scale, 0], text);
          else show(item);
        }
      },
      Do: () => this.draw(stack[0], resources, state, depth),
      BI: () => {
        skipInlineImage(lexer);
        this.paint('image', transformBox(state.matrix, [0, 0, 1, 1]), state);
      }
    };
    for (const painted of ['S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*'])
      named[painted] = () => endPath(true, painted.toLowerCase() !== 's');
    for (const drawn of ['m', 'l', 'c', 'v', 'y']) {
      const draw = named[drawn];
      named[drawn] = () => {
        rectangles = false;
        draw?.();
      };
    }
    const operators = new Map(Object.entries(named));
    for (;;) {
      const back = lexer.pos;
      const token: Token = lexer.next();
      if (token.kind === 'end') return;
      if (token.kind === 'word' && !['[', '<<', 'true', 'false', 'null'].includes(token.value)) {
        this.operators += 1;
        if (this.operators > MAX_OPERATORS) throw limitError('operators of a page', MAX_OPERATORS);
        operators.get(token.value)?.();
        stack = [];
      } else {
        lexer.pos = back;
        stack.push(parser.object());
        if (stack.length > 512) stack = [];
      }
    }
  }

  private draw(name: PdfObject | undefined, resources: PdfDict | null, state: State, depth: number): void {
    const objects = this.doc.dict(resources?.get('XObject'));
    const object = name instanceof PdfName ? this.doc.resolve(objects?.get(name.name)) : null;
    if (!(object instanceof PdfStream)) return;
    const subtype = this.doc.resolve(object.dict.get('Subtype'));
    if (subtype instanceof PdfName && subtype.name === 'Image') {
      this.paint('image', transformBox(state.matrix, [0, 0, 1, 1]), state, {
        image: object,
        opaque:
          !state.clear &&
          !object.dict.has('SMask') &&
          !object.dict.has('Mask') &&
          !object.dict.has('ImageMask')
      });
      return;
    }
    if (depth >= MAX_DEPTH) throw limitError('forms inside each other', MAX_DEPTH);
    const matrix = multiply(matrixOf(this.doc, object.dict.get('Matrix')), state.matrix);
    const box = boxOf(this.doc, object.dict.get('BBox'));
    const clip = box === null ? state.clip : intersect(state.clip, transformBox(matrix, box));
    this.run(
      this.doc.inflate(object),
      this.doc.dict(object.dict.get('Resources')) ?? resources,
      matrix,
      clip,
      depth + 1
    );
  }
}

function numbers(doc: PdfDocument, object: PdfObject | undefined): number[] {
  return (doc.array(object) ?? []).map((item) => {
    const value = doc.resolve(item);
    return typeof value === 'number' ? value : 0;
  });
}

function matrixOf(doc: PdfDocument, object: PdfObject | undefined): Matrix {
  const [a, b, c, d, e, f] = numbers(doc, object);
  return f === undefined ? identity : [a ?? 1, b ?? 0, c ?? 0, d ?? 1, e ?? 0, f];
}

/** A rectangle with its corners in order, or null. */
export function boxOf(doc: PdfDocument, object: PdfObject | undefined): Box | null {
  const [a = 0, b = 0, c = 0, d] = numbers(doc, object);
  return d === undefined ? null : [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Behind BI: to the EI that ends the data (§8.9.7), with white space on both sides. */
function skipInlineImage(lexer: Lexer): void {
  const { bytes } = lexer;
  for (let i = lexer.pos; i + 2 < bytes.length; i += 1) {
    const after = bytes[i + 3];
    if (
      bytes[i + 1] === 0x45 &&
      bytes[i + 2] === 0x49 &&
      isSpace(bytes[i] ?? 0) &&
      (after === undefined || isSpace(after))
    ) {
      lexer.pos = i + 3;
      return;
    }
  }
  lexer.pos = bytes.length;
}

/** What a form XObject paints, in its own space and as if its /BBox cut nothing off; null when it cannot be read. */
export function formContent(doc: PdfDocument, form: PdfStream): ContentBox[] | null {
  try {
    const painter = new Painter(doc);
    const resources = doc.dict(form.dict.get('Resources'));
    painter.run(doc.inflate(form), resources, identity, [-1e6, -1e6, 1e6, 1e6], 0);
    return painter.boxes;
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}

/** What a page (from 1) paints, in user space and in the order of painting; null when it cannot be read to the end. */
export function paintedBoxes(
  doc: PdfDocument,
  page: number
): { readonly boxes: readonly ContentBox[]; readonly media: Box } | null {
  try {
    const { dict, inherited } = doc.page(page);
    const contents = doc.resolve(dict.get('Contents'));
    const parts = Array.isArray(contents) ? contents.map((part) => doc.resolve(part)) : [contents];
    // Parts are joined as if white space stood between them (§7.8.2).
    const pieces = parts.flatMap((part) =>
      part instanceof PdfStream ? [doc.inflate(part), Uint8Array.of(10)] : []
    );
    const resources = inherited('Resources');
    const media = boxOf(doc, inherited('MediaBox')) ?? [0, 0, 612, 792];
    const painter = new Painter(doc);
    painter.run(concat(...pieces), resources instanceof PdfDict ? resources : null, identity, media, 0);
    return { boxes: painter.boxes, media };
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}

/** What a page paints, without boxes that fill nine tenths of it: those are background. */
export function contentBoxes(doc: PdfDocument, page: number): ContentBox[] | null {
  const painted = paintedBoxes(doc, page);
  if (painted === null) return null;
  const full = area(painted.media);
  return painted.boxes.filter(({ what, box }) => what === 'text' || area(box) < 0.9 * full);
}
