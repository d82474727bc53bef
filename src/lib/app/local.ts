/** What screens need of the rooms below `app`, which they may not import themselves. */
export { StoreError } from '../store/contract.ts';
export type {
  HashedBlob,
  LocalDocument,
  Mark,
  MetaValues,
  OutboxEntry,
  Reads,
  RejectedEntry,
  Store,
  StoredSpace,
  StoredKey,
  StoreErrorCode,
  Watched
} from '../store/contract.ts';
export { hashBlob } from '../store/blobs.ts';
export { device, type Device, type KnownLink } from '../store/device.ts';
export { ServerRefusal, Unreachable } from '../sync/failure.ts';
export type { FaultPoint, Faults } from '../sync/faults.ts';
export type { Server } from '../remote/server.ts';
