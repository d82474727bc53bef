/** A value that RFC 8785 can write as this project uses it: numbers are safe integers only (`security.md` E1). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export class JcsError extends Error {
  override readonly name = 'JcsError';
  readonly code = 'jcs';
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
