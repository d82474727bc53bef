import { decodeUtf8 } from '../bytes/utf8.ts';

/** Why a text is not read as XML. `doctype`: no DTD is ever read, so no entity can grow or reach outside. */
export type XmlErrorCode = 'encoding' | 'doctype' | 'entity' | 'syntax' | 'limit';

/** The one error of reading XML: `offset` counts UTF-16 units of the decoded text, -1 when none applies. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  constructor(
    readonly code: XmlErrorCode,
    message: string,
    readonly offset = -1
  ) {
    super(message);
  }
}

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** As written, prefix and all. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The character data directly inside, without its children's. */
  readonly text: string;
}

export interface XmlLimits {
  /** UTF-16 units. */
  readonly size: number;
  readonly depth: number;
  readonly elements: number;
}

/** The largest national trusted lists have 5 MB and 100,000 elements. */
export const xmlLimits: XmlLimits = { size: 32 * 2 ** 20, depth: 64, elements: 1_000_000 };

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const NAME = /[A-Za-z_:\u0080-\uffff][\w:.\u0080-\uffff-]*/y;
const SPACE = /[ \t\r\n]*/y;

interface Open {
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  readonly text: string[];
}

/** XML 1.0 as lists of certificates use it: elements, attributes, character data, CDATA; nothing else counts. */
class XmlReader {
  #at = 0;
  #count = 0;
  readonly #open: Open[] = [];
  #root: XmlElement | null = null;

  constructor(
    private readonly source: string,
    private readonly limits: XmlLimits
  ) {}

  read(): XmlElement {
    const { source } = this;
    while (this.#at < source.length) {
      const next = source.indexOf('<', this.#at);
      this.#characters(source.slice(this.#at, next < 0 ? source.length : next));
      if (next < 0) break;
      this.#at = next;
      if (source.startsWith('<!--', next)) this.#skip('-->');
      else if (source.startsWith('<?', next)) this.#skip('?>');
      else if (source.startsWith('<![CDATA[', next)) this.#cdata();
      else if (source.startsWith('<!', next)) throw this.#error('doctype', 'a document type is not read');
      else if (source.startsWith('</', next)) this.#end();
      else this.#start();
    }
    if (this.#root === null || this.#open.length > 0) throw this.#error('syntax', 'the text ends too early');
    return this.#root;
  }

  #error(code: XmlErrorCode, message: string): XmlError {
    return new XmlError(code, message, this.#at);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skip(end: string): void {
    const at = this.source.indexOf(end, this.#at);
    if (at < 0) throw this.#error('syntax', `${end} is missing`);
    this.#at = at + end.length;
  }

  #characters(raw: string): void {
    const inside = this.#open[this.#open.length - 1];
    if (inside !== undefined) inside.text.push(this.#resolved(raw));
    else if (/[^ \t\r\n]/.test(raw)) throw this.#error('syntax', 'text outside the root');
  }

  #cdata(): void {
    const from = this.#at + '<![CDATA['.length;
    this.#skip(']]>');
    const inside = this.#open[this.#open.length - 1];
    if (inside === undefined) throw this.#error('syntax', 'text outside the root');
    inside.text.push(this.source.slice(from, this.#at - 3));
  }

  /** The five entities and character references (§4.1, §4.6); any other needs a DTD. */
  #resolved(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&]{0,12};?)/g, (_, body: string) => {
      const name = body.endsWith(';') ? body.slice(0, -1) : '';
      const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
      const code = hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? parseInt(decimal, 10) : -1;
      const character = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES[name];
      if (character === undefined) throw this.#error('entity', `the entity ${name} is not known`);
      return character;
    });
  }

  #start(): void {
    this.#at += 1;
    const tag = this.#take(NAME);
    if (tag === '') throw this.#error('syntax', 'a tag without a name');
    if (this.#root !== null) throw this.#error('syntax', 'a second root');
    this.#count += 1;
    if (this.#count > this.limits.elements) throw this.#error('limit', 'too many elements');
    if (this.#open.length >= this.limits.depth) throw this.#error('limit', 'too deep');
    const attributes = this.#attributes();
    this.#open.push({ tag, attributes, children: [], text: [] });
    if (this.source.startsWith('/>', this.#at)) {
      this.#at += 2;
      this.#close();
    } else if (this.source.startsWith('>', this.#at)) this.#at += 1;
    else throw this.#error('syntax', 'a tag that does not end');
  }

  #attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      const gap = this.#take(SPACE);
      const name = gap === '' ? '' : this.#take(NAME);
      if (name === '') return attributes;
      this.#take(SPACE);
      if (this.source.charAt(this.#at) !== '=') throw this.#error('syntax', 'an attribute without a value');
      this.#at += 1;
      this.#take(SPACE);
      const quote = this.source.charAt(this.#at);
      const end = quote === '"' || quote === "'" ? this.source.indexOf(quote, this.#at + 1) : -1;
      if (end < 0 || attributes.has(name)) throw this.#error('syntax', `the attribute ${name}`);
      const raw = this.source.slice(this.#at + 1, end);
      if (raw.includes('<')) throw this.#error('syntax', `the attribute ${name}`);
      attributes.set(name, this.#resolved(raw));
      this.#at = end + 1;
    }
  }

  #end(): void {
    this.#at += 2;
    const tag = this.#take(NAME);
    this.#take(SPACE);
    const open = this.#open[this.#open.length - 1];
    if (open === undefined || open.tag !== tag || this.source.charAt(this.#at) !== '>')
      throw this.#error('syntax', `</${tag}> closes nothing`);
    this.#at += 1;
    this.#close();
  }

  #close(): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const element: XmlElement = {
      name: open.tag.slice(open.tag.indexOf(':') + 1),
      attributes: open.attributes,
      children: open.children,
      text: open.text.join('')
    };
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }
}

/**
 * Reads a whole XML document, UTF-8 only. Throws XmlError: `encoding`, `doctype` (any), `entity` (one that a DTD
 * would have to declare), `syntax`, `limit` (size, depth, elements).
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = xmlLimits): XmlElement {
  if (bytes.length > limits.size) throw new XmlError('limit', `more than ${limits.size} bytes`);
  const text = decodeUtf8(bytes);
  if (text === null) throw new XmlError('encoding', 'not UTF-8');
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/.exec(plain)?.[1];
  if (declared !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(declared))
    throw new XmlError('encoding', `declared as ${declared.slice(0, 40)}`);
  return new XmlReader(plain, limits).read();
}

/** The first child of this name, or null. */
export const childOf = (element: XmlElement | null, name: string): XmlElement | null =>
  element?.children.find((child) => child.name === name) ?? null;

/** The first element down this line of names, or null. */
export const down = (element: XmlElement | null, ...names: readonly string[]): XmlElement | null =>
  names.reduce(childOf, element);

/** The children of this name. */
export const childrenOf = (element: XmlElement | null, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text without the white space around it; empty where there is no element. */
export const textIn = (element: XmlElement | null): string => element?.text.trim() ?? '';
