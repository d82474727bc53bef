import { readFileSync } from 'node:fs';
import { fromBase64 } from '#lib/bytes/base64.ts';
import { decodeLatin1 } from '#lib/bytes/latin1.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates of a file: PEM, any number, or one in DER. Throws what the file system throws. */
export function readRoots(path: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const text = decodeLatin1(bytes);
  const found = [...text.matchAll(CERTIFICATE)].map((match) => fromBase64(match[1] ?? ''));
  return found.length > 0 ? found : [Uint8Array.from(bytes)];
}
