/**
 * The object model of ISO 32000-2 §7.3. Null, booleans and numbers are the JavaScript values; the other
 * types are small classes, so that `instanceof` tells them apart and `===` never lies about identity.
 */

/** §7.3.5, decoded (`#20` already resolved), without the slash. One instance per text: compare `.name`. */
export class PdfName {
  constructor(readonly name: string) {}
}

/** §7.3.4, the decrypted bytes. `hex` remembers how it was written, which only writers care about. */
export class PdfString {
  constructor(
    readonly bytes: Uint8Array,
    readonly hex = false
  ) {}
}

/** §7.3.10, an indirect reference. */
export class PdfRef {
  constructor(
    readonly num: number,
    readonly gen: number
  ) {}
}

/** §7.3.7. Keys without the slash, in the order written; a duplicate key keeps the last value and is listed. */
export class PdfDict {
  constructor(
    readonly map: Map<string, PdfObject> = new Map(),
    readonly duplicateKeys: readonly string[] = []
  ) {}
  /** The value as written (a reference stays one); `undefined` when the key is absent. */
  get(key: string): PdfObject | undefined {
    return this.map.get(key);
  }
  set(key: string, value: PdfObject): this {
    this.map.set(key, value);
    return this;
  }
  has(key: string): boolean {
    return this.map.has(key);
  }
  /** A shallow copy whose entries can be changed without touching this one. */
  clone(): PdfDict {
    return new PdfDict(new Map(this.map));
  }
}

/**
 * §7.3.8. `raw` is what stands in the file, decrypted but still filtered; `PdfDocument.inflate` decodes it. A
 * stream of a file reads its bytes each time they are asked for and keeps none: ask once.
 */
export class PdfStream {
  readonly #raw: Uint8Array | (() => Uint8Array);
  constructor(
    readonly dict: PdfDict,
    raw: Uint8Array | (() => Uint8Array)
  ) {
    this.#raw = raw;
  }
  get raw(): Uint8Array {
    return typeof this.#raw === 'function' ? this.#raw() : this.#raw;
  }
}

/** §7.3.6 */
export type PdfArray = PdfObject[];

export type PdfObject =
  null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict | PdfStream;
