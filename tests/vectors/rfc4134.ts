// The SignedData examples of RFC 4134 §4 that are CMS (4.8 and 4.9 wrap such a one into mail).
import { concat } from '../../src/lib/bytes/concat.ts';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { examples, parts } from './rfc4134.json' with { type: 'json' };

const named: Readonly<Record<string, string>> = parts;

/** An example's bytes as printed in the RFC. */
export function example(number: keyof typeof examples): Uint8Array {
  return concat(...examples[number].map((piece) => fromBase64(named[piece] ?? piece)));
}

/** A certificate or list that the examples share. */
export const sharedPart = (name: keyof typeof parts): Uint8Array => fromBase64(parts[name]);
