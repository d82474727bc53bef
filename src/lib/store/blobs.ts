import { toHex } from '../bytes/hex.ts';
import type { HashedBlob } from './contract.ts';

/** SHA-256 of a blob's bytes, lower-case hex. Reads it whole: for files above 32 MB use the PDF worker's. */
export async function hashBlob(blob: Blob): Promise<HashedBlob> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return { sha256: toHex(new Uint8Array(digest)), blob };
}
