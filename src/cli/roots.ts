import { readFileSync } from 'node:fs';
import { fromBase64 } from '#lib/bytes/base64.ts';
import { decodeLatin1 } from '#lib/bytes/latin1.ts';
import { readCertificates } from '#lib/cms/signer.ts';

/** What a file holds in PEM under this heading, any number; or its bytes as they are, one in DER. */
function readPem(path: string, heading: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const block = new RegExp(`-----BEGIN ${heading}-----([A-Za-z0-9+/=\\s]+)-----END ${heading}-----`, 'g');
  const found = [...decodeLatin1(bytes).matchAll(block)].map((match) => fromBase64(match[1] ?? ''));
  return found.length > 0 ? found : [Uint8Array.from(bytes)];
}

/**
 * The certificates of a file, PEM or DER. Throws what the file system throws, and an Error that names the file
 * when something in it is no certificate.
 */
export function readRoots(path: string): Uint8Array[] {
  const all = readPem(path, 'CERTIFICATE');
  if (readCertificates(all).length < all.length) throw new Error(`${path}: not a certificate`);
  return all;
}

/** The revocation lists of a file, PEM or DER. Throws what the file system throws. */
export const readCrls = (path: string): Uint8Array[] => readPem(path, 'X509 CRL');
