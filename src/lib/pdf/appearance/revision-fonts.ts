import type { Appender } from '../append.ts';
import { PdfDict, PdfName, type PdfRef } from '../objects.ts';
import { EmbeddedFont } from './embedded-font.ts';
import type { Face, Glyph } from './face.ts';
import type { FontId } from './packs.ts';

/** A font of a revision as the operators of its appearances use it. */
export interface DrawnFont {
  /** Its name in /Resources. */
  readonly name: string;
  readonly ref: PdfRef;
  /** The code that shows these glyphs as one which stands for `text`. */
  show(glyphs: readonly Glyph[], text: string): Shown;
  /** A string operand that shows these codes. */
  string(codes: readonly number[]): string;
  /** Writes what the revision needs of it; called once, after everything is drawn. */
  finish(): void;
}

/** A code, and in font units how far the shaper moved it to the right and how far it advances by itself. */
export interface Shown {
  readonly code: number;
  readonly shift: number;
  readonly width: number;
}

/** The fonts of one revision: each is written once, with the glyphs of all its appearances. */
export class RevisionFonts {
  readonly #fonts = new Map<FontId, DrawnFont>();

  constructor(private readonly appender: Appender) {}

  of(id: FontId, face: Face): DrawnFont {
    let font = this.#fonts.get(id);
    if (font === undefined) {
      const { program } = face;
      font =
        program === null
          ? new Helvetica(this.appender)
          : new EmbeddedFont(this.appender, face, program, `F${this.#fonts.size}`);
      this.#fonts.set(id, font);
    }
    return font;
  }

  finish(): void {
    for (const font of this.#fonts.values()) font.finish();
  }
}

/** The form's own /Helv, which freeze put there; a new one where that name means something else. */
class Helvetica implements DrawnFont {
  readonly name = 'Helv';
  readonly ref: PdfRef;

  constructor(appender: Appender) {
    this.ref = formFont(appender) ?? appender.add(dictionary());
  }

  show([glyph]: readonly Glyph[]): Shown {
    return { code: glyph?.id ?? 0x20, shift: 0, width: glyph?.advance ?? 0 };
  }

  string(codes: readonly number[]): string {
    const escaped = codes.map((code) => {
      const character = String.fromCharCode(code);
      return '()\\'.includes(character) ? `\\${character}` : character;
    });
    return `(${escaped.join('')})`;
  }

  finish(): void {}
}

const dictionary = (): PdfDict =>
  new PdfDict()
    .set('Type', new PdfName('Font'))
    .set('Subtype', new PdfName('Type1'))
    .set('BaseFont', new PdfName('Helvetica'))
    .set('Encoding', new PdfName('WinAnsiEncoding'));

function formFont({ doc }: Appender): PdfRef | null {
  const resources = doc.dict(doc.dict(doc.catalog.get('AcroForm'))?.get('DR'));
  const written = doc.dict(resources?.get('Font'))?.get('Helv');
  const font = doc.dict(written);
  const same = [...dictionary().map].every(([key, value]) => {
    const own = doc.resolve(font?.get(key));
    return own instanceof PdfName && value instanceof PdfName && own.name === value.name;
  });
  return same && font?.map.size === 4 && isRef(written) ? written : null;
}

const isRef = (value: unknown): value is PdfRef =>
  typeof value === 'object' && value !== null && 'num' in value && 'gen' in value;
