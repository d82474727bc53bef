import type { Server } from '../remote/server.ts';
import { StoreError, type Store } from '../store/contract.ts';
import { hashBlob } from '../store/blobs.ts';
import { Unreachable } from '../sync/failure.ts';

/**
 * A document's bytes by their hash: from this device, else fetched, checked and kept. With a full disk they
 * are used but not kept. Throws ServerRefusal or Unreachable (also when other bytes came than asked for).
 */
export async function fileOf(store: Store, server: Server, document: string, sha256: string): Promise<Blob> {
  const local = await store.blob(sha256);
  if (local !== undefined) return local;
  const blob = await server.getBlob(sha256, document);
  try {
    await store.keepBlob({ sha256, blob });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if ((await hashBlob(blob)).sha256 !== sha256) throw new Unreachable('other bytes than asked for');
  }
  return blob;
}
