import { readFileSync } from 'node:fs';
import { fromBase64 } from '#lib/bytes/base64.ts';
import { decodeLatin1 } from '#lib/bytes/latin1.ts';
import { trustFailure } from '#lib/app/trust-words.ts';
import { readTrustFile, type TrustFile } from '#lib/verify/trust-file.ts';

/** What a file holds in PEM under this heading, any number; or its bytes as they are, one in DER. */
function readPem(path: string, heading: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const block = new RegExp(`-----BEGIN ${heading}-----([A-Za-z0-9+/=\\s]+)-----END ${heading}-----`, 'g');
  const found = [...decodeLatin1(bytes).matchAll(block)].map((match) => fromBase64(match[1] ?? ''));
  return found.length > 0 ? found : [Uint8Array.from(bytes)];
}

/** What a file asks to trust (`verify/trust-file.ts`). Throws what the file system throws, and an Error with a sentence. */
export function readTrust(path: string): TrustFile {
  const bytes = Uint8Array.from(readFileSync(path));
  try {
    return readTrustFile(bytes);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new Error(trustFailure(typeof code === 'string' ? code : '', path), { cause: error });
  }
}

/** The certificates of a file, of any kind that `readTrust` reads. Throws as it does. */
export const readRoots = (path: string): Uint8Array[] => readTrust(path).certificates.map(({ der }) => der);

/** The revocation lists of a file, PEM or DER. Throws what the file system throws. */
export const readCrls = (path: string): Uint8Array[] => readPem(path, 'X509 CRL');
