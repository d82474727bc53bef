import { children, list, members, raw, readWhole, Tag } from '../asn1/ber.ts';
import { integer, oid, printableString, sequence, setOf, tagged } from '../asn1/der.ts';
import { AsnError } from '../asn1/error.ts';
import { isText, readBitOctets, readOid, readText } from '../asn1/values.ts';
import { parseAlgorithm, signatureScheme } from './algorithm.ts';
import { isPointOnCurve } from './answer.ts';
import type { Check } from './check.ts';
import { PkiError } from './error.ts';
import { Oid } from './oid.ts';
import { parseSpki } from './spki.ts';
import { toBeSigned, type ToBeSigned } from './to-be-signed.ts';

/**
 * PKCS#10 request (RFC 2986) with an empty name, because the server takes the name from its own row (C3), and
 * the nonce as challengePassword (C2).
 */
export function certificateRequest(input: { readonly spki: Uint8Array; readonly nonce: string }): ToBeSigned {
  const attribute = sequence(oid(Oid.challengePassword), setOf(printableString(input.nonce)));
  const info = sequence(integer(0), sequence(), input.spki, tagged(0, attribute));
  return toBeSigned(info, input.spki);
}

/** A request, read. Only the key and the nonce are ever used. */
export interface CertificateRequestRead {
  readonly spki: Uint8Array;
  /** challengePassword, null when absent; whether it is the session's is the caller's to compare. */
  readonly nonce: string | null;
  /** Proof of possession: must be answered `valid` before anything is issued. */
  readonly check: Check;
}

/** Reads a request. Throws PkiError: `request-malformed`, or `key` when it is not P-256 or P-384 on the curve. */
export function parseRequest(bytes: Uint8Array): CertificateRequestRead {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof AsnError) throw new PkiError('request-malformed', error.message);
    throw error;
  }
}

function parse(bytes: Uint8Array): CertificateRequestRead {
  const outer = members(readWhole(bytes));
  const info = outer.next(Tag.sequence);
  const algorithm = parseAlgorithm(outer.next(Tag.sequence));
  const signature = readBitOctets(outer.next(Tag.bitString));
  outer.end();
  const walk = members(info);
  walk.next(Tag.integer);
  walk.next(Tag.sequence);
  const spki = raw(walk.next(Tag.sequence));
  const attributes = walk.optional(0xa0);
  walk.end();

  const key = parseSpki(spki);
  const scheme = signatureScheme(algorithm);
  if (key.kind !== 'ec' || (key.curve !== 'P-256' && key.curve !== 'P-384') || !isPointOnCurve(key)) {
    throw new PkiError('key', 'only P-256 and P-384 keys are certified');
  }
  if (scheme === null || scheme.kind !== 'ecdsa')
    throw new PkiError('key', 'the request is not signed by its key');
  // Two spellings of one key would be two keys in the register: 04‖x‖y only.
  if (key.point[0] !== 4) throw new PkiError('key', 'a compressed point');
  let nonce: string | null = null;
  for (const attribute of attributes === null ? [] : children(attributes)) {
    const parts = members(attribute);
    if (readOid(parts.next(Tag.oid)) !== Oid.challengePassword) continue;
    const [value] = list(parts.next(Tag.set), Tag.set);
    if (value === undefined || !isText(value) || nonce !== null) {
      throw new PkiError('request-malformed', 'not one challengePassword');
    }
    nonce = readText(value);
  }
  return { spki, nonce, check: { scheme, spki, signed: { message: raw(info) }, signature } };
}
