/** A value that RFC 8785 can write as this project uses it: numbers are safe integers only (`security.md` E1). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export class JcsError extends Error {
  override readonly name = 'JcsError';
  /** `jcs`: cannot be written canonically; the others say why a text is not read. */
  readonly code: 'jcs' | 'too-long' | 'too-deep' | 'unreadable' | 'not-canonical';

  constructor(message: string, code: JcsError['code'] = 'jcs') {
    super(message);
    this.code = code;
  }
}

/**
 * Whether a surrogate stands without its other half. Counted by hand: PocketBase's engine matches surrogates
 * in patterns differently, and took every emoji for a lone one.
 */
function hasLoneSurrogate(value: string): boolean {
  for (let i = 0; i < value.length; i += 1) {
    const unit = value.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = unit < 0xdc00 ? value.charCodeAt(i + 1) : NaN;
    if (!(next >= 0xdc00 && next <= 0xdfff)) return true;
    i += 1;
  }
  return false;
}

function text(value: string): string {
  // JSON.stringify would write a lone surrogate as an escape that no UTF-8 text can hold.
  if (hasLoneSurrogate(value)) throw new JcsError('text with a lone surrogate');
  return JSON.stringify(value);
}

/**
 * Canonical JSON (RFC 8785) as text; the caller encodes it as UTF-8. Members sorted by UTF-16 code units,
 * no white space. Throws JcsError for fractions, unsafe integers, lone surrogates and undefined values.
 */
export function jcs(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new JcsError(`not a safe integer: ${value}`);
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`;
  if (typeof value !== 'object') throw new JcsError(`cannot be written: ${typeof value}`);
  const record = value as { readonly [key: string]: Json };
  const members = Object.keys(record)
    .sort()
    .map((key) => `${text(key)}:${jcs(record[key] as Json)}`);
  return `{${members.join(',')}}`;
}

export interface JsonLimits {
  /** UTF-16 code units. */
  readonly length: number;
  /** Levels of objects and arrays. */
  readonly depth: number;
}

/** Levels of nesting, counted before anything is parsed: an engine's own parser recurses. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quoted) {
      if (character === '\\') i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

/**
 * Reads text that must be its own canonical form (`security.md` E1, E7): what a person is shown is what was
 * signed. A member that stands twice, a fraction, an unsafe integer, a lone surrogate, another order or
 * spelling, a byte order mark: all of them read to something that is written differently, and are refused.
 * Throws JcsError with any code but `jcs`.
 */
export function parseJcs(text: string, limits: JsonLimits): Json {
  if (text.length > limits.length) throw new JcsError(`${text.length} characters`, 'too-long');
  if (depthOf(text) > limits.depth) throw new JcsError(`more than ${limits.depth} levels`, 'too-deep');
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new JcsError('no JSON', 'unreadable');
  }
  let written: string;
  try {
    written = jcs(value);
  } catch (error) {
    if (error instanceof JcsError) throw new JcsError(error.message, 'not-canonical');
    throw error;
  }
  if (written !== text) throw new JcsError('not the canonical form', 'not-canonical');
  return value;
}
