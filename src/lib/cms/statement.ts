import { fromBase64, fromBase64Url, toBase64, toBase64Url } from '../bytes/base64.ts';
import { encodeLatin1, decodeLatin1 } from '../bytes/latin1.ts';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { AsnError } from '../asn1/error.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { Check } from '../pki/check.ts';
import { rawSignatureCheck, signatureHash } from '../pki/to-be-signed.ts';
import { CmsError } from './error.ts';

/** Kinds of signed statements; each is a word of its own in the bytes that are signed. */
export type StatementKind = 'witness' | 'proof' | 'receipt' | 'log' | 'heads' | 'events';

const opening = (kind: StatementKind): string => `countersign/${kind}/v1\n`;

/** Longest statement read, characters, and most certificates in one. */
const MAX_LENGTH = 64 * 1024;
const MAX_CERTIFICATES = 4;

/**
 * The only header there is for a key and its certificates: the algorithm comes from the key, never from the
 * message (E1). `x5c` (RFC 7515 §4.1.6) is how a reader of a file alone gets the key of a statement.
 */
function header(spki: Uint8Array, certificates: readonly Uint8Array[]): string {
  const alg = signatureHash(spki) === 'SHA-256' ? 'ES256' : 'ES384';
  const x5c =
    certificates.length === 0 ? '' : `,"x5c":[${certificates.map((one) => `"${toBase64(one)}"`).join(',')}]`;
  return toBase64Url(encodeLatin1(`{"alg":"${alg}"${x5c}}`));
}

/**
 * A compact JWS (RFC 7515) whose payload is `"countersign/<kind>/v1\n"` and the canonical JSON. What is signed
 * begins with `eyJ`, never with 0x31, so it can never be taken for CMS attributes; the payload begins with the
 * kind, so one kind can never be taken for another (`security.md` E1).
 * `canonical`: RFC 8785 text (`jcs` of domain/). The hash is the key's (`signatureHash`). `certificates`: DER,
 * that of the key first, then its issuers without the root; none where every reader knows the key.
 */
export function prepareStatement(
  kind: StatementKind,
  canonical: string,
  spki: Uint8Array,
  certificates: readonly Uint8Array[] = []
): { readonly bytes: Uint8Array; finish(signature: Uint8Array): string } {
  const head = header(spki, certificates);
  const input = `${head}.${toBase64Url(encodeUtf8(opening(kind) + canonical))}`;
  return {
    bytes: encodeLatin1(input),
    finish: (signature) => `${input}.${toBase64Url(signature)}`
  };
}

export interface ReadStatement {
  /** The text inside: still to be read with `parseJcs`, which compares it with its own canonical form. */
  readonly canonical: string;
  /** To be answered by a provider. */
  readonly check: Check;
  /** What the header carries, signer's first; says nothing about trust. */
  readonly certificates: readonly Certificate[];
}

function base64Url(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch {
    throw new CmsError('statement', 'not base64url');
  }
}

/** The header's certificates; whatever else it says is found by comparing it with the one allowed spelling. */
function certificatesOf(head: string): { ders: Uint8Array[]; certificates: Certificate[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeLatin1(base64Url(head)));
  } catch {
    throw new CmsError('statement-kind', 'no header');
  }
  const x5c = (parsed as { x5c?: unknown } | null)?.x5c ?? [];
  if (!Array.isArray(x5c) || x5c.length > MAX_CERTIFICATES) throw new CmsError('statement-kind', 'x5c');
  try {
    const ders = x5c.map((one) => fromBase64(String(one)));
    return { ders, certificates: ders.map(parseCertificate) };
  } catch (error) {
    if (error instanceof AsnError || error instanceof RangeError) throw new CmsError('statement-kind', 'x5c');
    throw error;
  }
}

/**
 * Reads a statement that `spki` is said to have signed; null where the header's first certificate says whose
 * it is. Throws CmsError: `statement` when it is malformed, `statement-kind` for another kind, another
 * algorithm than the key's, or a header that is not spelled as `prepareStatement` does.
 */
export function readStatement(compact: string, kind: StatementKind, spki: Uint8Array | null): ReadStatement {
  if (compact.length > MAX_LENGTH) throw new CmsError('statement', 'too long');
  const parts = compact.split('.');
  const [head = '', payload = '', tail = ''] = parts;
  if (parts.length !== 3) throw new CmsError('statement', 'not three parts');
  const { ders, certificates } = certificatesOf(head);
  const key = spki ?? certificates[0]?.spki;
  if (key === undefined) throw new CmsError('statement-kind', 'no key');
  let wanted: string;
  try {
    wanted = header(key, ders);
  } catch (error) {
    // Not a P-256 or P-384 key.
    if (error instanceof RangeError || error instanceof AsnError) throw new CmsError('statement-kind', 'key');
    throw error;
  }
  if (head !== wanted) throw new CmsError('statement-kind', 'not the header of this key');
  const signature = base64Url(tail);
  const text = decodeUtf8(base64Url(payload));
  if (text === null) throw new CmsError('statement', 'not UTF-8');
  if (!text.startsWith(opening(kind))) throw new CmsError('statement-kind', `not a ${kind} statement`);
  const size = signatureHash(key) === 'SHA-256' ? 64 : 96;
  if (signature.length !== size) throw new CmsError('statement', `a signature of ${signature.length} bytes`);
  return {
    canonical: text.slice(opening(kind).length),
    check: rawSignatureCheck(key, encodeLatin1(`${head}.${payload}`), signature),
    certificates
  };
}
