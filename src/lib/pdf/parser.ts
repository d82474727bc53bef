import type { PdfError } from './error.ts';
import { Lexer, NEED_MORE, type Token } from './lexer.ts';
import { limitError, type Limits } from './limits.ts';
import { PdfDict, PdfName, PdfRef, type PdfArray, type PdfObject } from './objects.ts';
import type { ByteSource } from '../bytes/source.ts';

const FIRST_WINDOW = 4096;

/**
 * Runs `parse` over a window of the file that begins at `offset` and grows until the parse fits in it, so
 * that reading one object of a large Blob reads little more than its bytes.
 */
export function withWindow<T>(
  source: ByteSource,
  offset: number,
  end: number,
  limits: Limits,
  parse: (lexer: Lexer) => T
): T {
  for (let size = FIRST_WINDOW; ; size *= 8) {
    const length = Math.min(size, end - offset);
    const lexer = new Lexer(source.read(offset, length), offset, offset + length >= end, limits.stringLength);
    try {
      return parse(lexer);
    } catch (error) {
      if (error !== NEED_MORE) throw error;
    }
  }
}

/** Objects of ISO 32000-2 §7.3 from tokens. A stream's data is not its business: `object.ts`. */
export class Parser {
  private depth = 0;

  constructor(
    readonly lexer: Lexer,
    private readonly limits: Limits
  ) {}

  error(message: string): PdfError {
    return this.lexer.error(message);
  }

  /** One object; throws PdfError `syntax` or `limit`. */
  object(): PdfObject {
    return this.value(this.lexer.next());
  }

  private value(token: Token): PdfObject {
    switch (token.kind) {
      case 'number':
        return token.integer && token.value >= 0 ? this.numberOrRef(token.value) : token.value;
      case 'name':
      case 'string':
        return token.value;
      case 'end':
        throw this.error('the data ends where an object should stand');
      case 'word':
        return this.word(token.value);
    }
  }

  private word(word: string): PdfObject {
    switch (word) {
      case 'null':
        return null;
      case 'true':
        return true;
      case 'false':
        return false;
      case '[':
        return this.nested(() => this.array());
      case '<<':
        return this.nested(() => this.dict());
      default:
        throw this.error(`unexpected "${word.slice(0, 20)}"`);
    }
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > this.limits.nesting) {
      throw limitError('levels of nesting', this.limits.nesting, this.lexer.offset);
    }
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private numberOrRef(num: number): PdfObject {
    const back = this.lexer.pos;
    const gen = this.lexer.next();
    if (gen.kind === 'number' && gen.integer && gen.value >= 0) {
      const word = this.lexer.next();
      if (word.kind === 'word' && word.value === 'R') return new PdfRef(num, gen.value);
    }
    this.lexer.pos = back;
    return num;
  }

  private array(): PdfArray {
    const items: PdfArray = [];
    for (;;) {
      const token = this.lexer.next();
      if (token.kind === 'word' && token.value === ']') return items;
      items.push(this.value(token));
    }
  }

  private dict(): PdfDict {
    const map = new Map<string, PdfObject>();
    const twice: string[] = [];
    for (;;) {
      const token = this.lexer.next();
      if (token.kind === 'word' && token.value === '>>') return new PdfDict(map, twice);
      if (token.kind !== 'name') throw this.error('a dictionary key that is no name');
      const key = token.value.name;
      if (map.has(key)) twice.push(key);
      const back = this.lexer.pos;
      const value = this.lexer.next();
      if (value.kind === 'word' && value.value === '>>') {
        // "/Key >>" stands in real files: a key without a value is null.
        this.lexer.pos = back;
        map.set(key, null);
      } else map.set(key, this.value(value));
    }
  }
}

/** "12 0 obj" at the lexer; null when something else stands there. */
export function objectHeader(lexer: Lexer): { num: number; gen: number } | null {
  const num = lexer.next();
  if (num.kind !== 'number' || !num.integer) return null;
  const gen = lexer.next();
  if (gen.kind !== 'number' || !gen.integer) return null;
  lexer.skip();
  // "obj<<" and "obj[" need no space, and "obj/Name" is one token less.
  if (lexer.peek() !== 0x6f || lexer.peek(1) !== 0x62 || lexer.peek(2) !== 0x6a) return null;
  lexer.pos += 3;
  return { num: num.value, gen: gen.value };
}

export function isName(object: PdfObject | undefined, name: string): boolean {
  return object instanceof PdfName && object.name === name;
}
