import { fromBase64Url, toBase64Url } from '../bytes/base64.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import type { Check } from '../pki/check.ts';
import { rawSignatureCheck, signatureHash } from '../pki/to-be-signed.ts';
import { CmsError } from './error.ts';

/** Kinds of signed statements; each is a word of its own in the bytes that are signed. */
export type StatementKind = 'witness' | 'proof';

const opening = (kind: StatementKind): string => `countersign/${kind}/v1\n`;

/** The only header there is for a key: the algorithm comes from the key, never from the message (E1). */
function header(spki: Uint8Array): string {
  const alg = signatureHash(spki) === 'SHA-256' ? 'ES256' : 'ES384';
  return toBase64Url(encodeLatin1(`{"alg":"${alg}"}`));
}

/**
 * A compact JWS (RFC 7515) whose payload is `"countersign/<kind>/v1\n"` and the canonical JSON. What is signed
 * begins with `eyJ`, never with 0x31, so it can never be taken for CMS attributes; the payload begins with the
 * kind, so one kind can never be taken for another (`security.md` E1).
 * `canonical`: RFC 8785 text (`jcs` of domain/). The hash is the key's (`signatureHash`).
 */
export function prepareStatement(
  kind: StatementKind,
  canonical: string,
  spki: Uint8Array
): { readonly bytes: Uint8Array; finish(signature: Uint8Array): string } {
  const input = `${header(spki)}.${toBase64Url(encodeUtf8(opening(kind) + canonical))}`;
  return {
    bytes: encodeLatin1(input),
    finish: (signature) => `${input}.${toBase64Url(signature)}`
  };
}

/**
 * Reads a statement that `spki` is said to have signed. The text inside must still be compared with its own
 * canonical form by the caller (`jcs(JSON.parse(canonical)) === canonical`), and `check` be answered.
 * Throws CmsError: `statement` when it is malformed, `statement-kind` for another kind or algorithm.
 */
export function readStatement(
  compact: string,
  kind: StatementKind,
  spki: Uint8Array
): { readonly canonical: string; readonly check: Check } {
  const parts = compact.split('.');
  const [head = '', payload = '', tail = ''] = parts;
  if (parts.length !== 3) throw new CmsError('statement', 'not three parts');
  if (head !== header(spki)) throw new CmsError('statement-kind', 'not the header of this key');
  let bytes: Uint8Array;
  let signature: Uint8Array;
  try {
    bytes = fromBase64Url(payload);
    signature = fromBase64Url(tail);
  } catch {
    throw new CmsError('statement', 'not base64url');
  }
  const text = decodeUtf8(bytes);
  if (text === null) throw new CmsError('statement', 'not UTF-8');
  if (!text.startsWith(opening(kind))) throw new CmsError('statement-kind', `not a ${kind} statement`);
  const size = signatureHash(spki) === 'SHA-256' ? 64 : 96;
  if (signature.length !== size) throw new CmsError('statement', `a signature of ${signature.length} bytes`);
  return {
    canonical: text.slice(opening(kind).length),
    check: rawSignatureCheck(spki, encodeLatin1(`${head}.${payload}`), signature)
  };
}
