import type { PdfError } from './error.ts';
import { Lexer, NEED_MORE, type Token } from './lexer.ts';
import type { Budget, Meter } from './budget.ts';
import { limitError, type Limits } from './limits.ts';
import { PdfDict, PdfName, PdfRef, type PdfArray, type PdfObject } from './objects.ts';
import type { ByteSource } from '../bytes/source.ts';

const FIRST_WINDOW = 4096;

/** The part of a file that may be read, and what reading it may cost. */
export interface Extent {
  readonly source: ByteSource;
  /** Where the data ends: the file's end, or that of an older revision. */
  readonly end: number;
  readonly limits: Limits;
  readonly budget: Budget;
}

/**
 * Runs `parse` over a window of the file that begins at `offset` and grows until the parse fits in it, so
 * that reading one object of a large Blob reads little more than its bytes.
 */
export function withWindow<T>(extent: Extent, offset: number, parse: (lexer: Lexer) => T): T {
  const { source, end, limits, budget } = extent;
  for (let size = FIRST_WINDOW; ; size *= 8) {
    const length = Math.min(size, end - offset);
    const lexer = lexerOver(source.read(offset, length), limits, offset, offset + length >= end);
    try {
      return parse(lexer);
    } catch (error) {
      if (error !== NEED_MORE) throw error;
    } finally {
      budget.lexed(lexer.pos);
    }
  }
}

/** A lexer with a file's limits. `final`: the bytes reach the end of the data. */
export function lexerOver(bytes: Uint8Array, limits: Limits, base = 0, final = true): Lexer {
  return new Lexer(bytes, base, final, limits.stringLength, limits.nameLength);
}

/** What values cost in memory beside their bytes, as V8 keeps them: a slot each, then by kind. */
const SLOT = 8;
const NAME = 56;
const STRING = 160;
const REF = 32;
const ARRAY = 48;
const DICT = 320;
/** A key and its place in the map. */
const ENTRY = 72;

/** Objects of ISO 32000-2 §7.3 from tokens. `meter` counts what they cost. A stream's data is not its business: `object.ts`. */
export class Parser {
  private depth = 0;

  constructor(
    readonly lexer: Lexer,
    private readonly limits: Limits,
    private readonly meter: Meter | null = null
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
        this.meter?.add(NAME + token.value.name.length);
        return token.value;
      case 'string':
        this.meter?.add(STRING + token.value.bytes.length);
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
    const gen = this.lexer.reference();
    if (gen < 0) return num;
    this.meter?.add(REF);
    return new PdfRef(num, gen);
  }

  private array(): PdfArray {
    const items: PdfArray = [];
    this.meter?.add(ARRAY);
    for (;;) {
      const token = this.lexer.next();
      if (token.kind === 'word' && token.value === ']') return items;
      this.meter?.add(SLOT);
      items.push(this.value(token));
    }
  }

  private dict(): PdfDict {
    const map = new Map<string, PdfObject>();
    const twice: string[] = [];
    this.meter?.add(DICT);
    for (;;) {
      const token = this.lexer.next();
      if (token.kind === 'word' && token.value === '>>') return new PdfDict(map, twice);
      if (token.kind !== 'name') throw this.error('a dictionary key that is no name');
      const key = token.value.name;
      this.meter?.add(ENTRY + key.length);
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
