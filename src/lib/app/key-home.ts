import type {
  CertificateIssued,
  CertificateRow,
  KeyLockKind,
  Nonce,
  RevocationReason
} from '../domain/api.ts';
import type { LockedKeyRecord } from '../keys/record.ts';
import type { VaultDoor } from '../keys/vault.ts';
import type { StoredKey } from '../store/contract.ts';

/** A member's key as the store keeps it. */
export type Stored = StoredKey<LockedKeyRecord>;

/** What the member's keys need of the rest: the store, the server, the keys worker and the person's presses. */
export interface KeyHome {
  keys(): Promise<StoredKey[]>;
  putKey(key: StoredKey): Promise<void>;
  deleteKey(id: string): Promise<void>;
  meta(key: `x-${string}`): Promise<unknown>;
  setMeta(key: `x-${string}`, value: unknown): Promise<void>;
  nonce(): Promise<Nonce>;
  certify(csr: string, replaces?: string): Promise<CertificateIssued>;
  certificates(): Promise<readonly CertificateRow[]>;
  revoke(sha256: string, reason: RevocationReason): Promise<void>;
  vault(): Promise<VaultDoor>;
  /** The weakest lock that the workspace allows, as this device last heard. */
  minimum(): KeyLockKind;
  /** Spends the person's press. Throws KeyError `activation`. */
  press(): void;
  now(): number;
  /** Tells the other tabs that it is locked. */
  tellLocked(): void;
}
