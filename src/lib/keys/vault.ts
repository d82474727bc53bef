import { encodeUtf8 } from '../bytes/utf8.ts';
import { SCHEMES } from './algorithm.ts';
import { backUp, changeLock, restoreBackup, type BackupInput, type RestoredKey } from './backup.ts';
import { KeyError } from './error.ts';
import { exportPkcs12, importPkcs12, type ImportedKey, type PrivateExport } from './imported.ts';
import { newKeyId } from './key-store.ts';
import { kekOf, makeKey, openKey, type NewLock, type Secret } from './lock.ts';
import { LONGEST } from './lock-state.ts';
import { SessionPin } from './pin.ts';
import { parseLockedRecord, type LockedKeyRecord } from './record.ts';
import { setUpRoot, type NewWorkspaceRoot, type RootInput } from './root.ts';

/** One thing that a person is about to sign, as the screen names it. */
export interface Shown {
  readonly kind: 'document' | 'certificate' | 'statement';
  /** Title of the document, or what the statement says. */
  readonly name: string;
}

/** What can be asked of the keys worker. Private keys are open in there only. */
export interface VaultDoor {
  /** Makes a key (ES256); it is open until `lock`. Throws KeyError `insecure-context`, `passphrase-weak`. */
  create(lock: NewLock): Promise<LockedKeyRecord>;
  /**
   * Opens a key and closes the one that was open. `pin`: six digits that open it again until the page goes,
   * at most twelve hours (K3). Throws KeyError `wrong-passphrase`, `wrong-passkey`, `pin-weak`, `record`, …
   */
  unlock(record: LockedKeyRecord, secret: Secret, pin?: string): Promise<void>;
  /** Throws KeyError `wrong-pin`, `pin-off`. */
  unlockByPin(id: string, pin: string): Promise<void>;
  /** When the PIN of this key ends, UTC milliseconds; null when there is none. */
  pinUntil(id: string): Promise<number | null>;
  dropPin(): Promise<void>;
  /** Closes the open key and forgets what was granted. `forget`: the PIN goes too. */
  lock(forget?: boolean): Promise<void>;
  /** Only that `secret` opens it; nothing stays open. */
  prove(record: LockedKeyRecord, secret: Secret): Promise<void>;
  /**
   * A ticket for one signature of each thing in the list. The page asks for it once for each activation by the
   * person (K5). Throws KeyError `locked`.
   */
  grant(id: string, shown: readonly Shown[]): Promise<string>;
  /** Spends the ticket's part of this kind. Throws KeyError `not-shown`, `locked`. */
  sign(ticket: string, bytes: Uint8Array): Promise<Uint8Array>;
  changeLock(record: LockedKeyRecord, secret: Secret, lock: NewLock): Promise<LockedKeyRecord>;
  backUp(
    record: LockedKeyRecord,
    secret: Secret,
    passphrase: string,
    input: BackupInput
  ): Promise<Uint8Array>;
  restore(file: Uint8Array, passphrase: string, lock: NewLock): Promise<RestoredKey>;
  setUpRoot(input: RootInput): Promise<NewWorkspaceRoot>;
  importPkcs12(file: Uint8Array, password: string, lock: NewLock): Promise<ImportedKey[]>;
  exportPkcs12(
    record: LockedKeyRecord,
    secret: Secret,
    password: string,
    about: PrivateExport
  ): Promise<Uint8Array>;
}

interface OpenKey {
  readonly record: LockedKeyRecord;
  readonly privateKey: CryptoKey;
  readonly since: number;
}

/** How the bytes of each kind begin: attributes are a SET, requests and certificates a SEQUENCE, statements a JWS. */
const BEGINNINGS: Readonly<Record<Shown['kind'], Uint8Array>> = {
  document: Uint8Array.of(0x31),
  certificate: Uint8Array.of(0x30),
  statement: encodeUtf8('eyJ')
};

function kindOf(bytes: Uint8Array): Shown['kind'] | undefined {
  const kinds = Object.keys(BEGINNINGS) as Shown['kind'][];
  return kinds.find((kind) => BEGINNINGS[kind].every((byte, i) => bytes[i] === byte));
}

/**
 * The inside of the keys worker: `empty ⇄ open`. At most one key is open, for fifteen minutes at the longest,
 * whatever the page thinks (`security.md` K4); the page's own clock locks earlier.
 */
export class Vault implements VaultDoor {
  readonly #now: () => number;
  #open: OpenKey | null = null;
  #tickets = new Map<string, Shown['kind'][]>();
  #pin: SessionPin | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  async create(lock: NewLock): Promise<LockedKeyRecord> {
    const { record, privateKey } = await makeKey(lock);
    this.#opened(record, privateKey);
    return record;
  }

  async unlock(value: LockedKeyRecord, secret: Secret, pin?: string): Promise<void> {
    const record = parseLockedRecord(value);
    const kek = await kekOf(record, secret);
    const privateKey = await openKey(record, kek, false);
    if (pin !== undefined) this.#pin = await SessionPin.make(pin, record, kek, this.#now());
    kek.fill(0);
    this.#opened(record, privateKey);
  }

  async unlockByPin(id: string, pin: string): Promise<void> {
    const session = this.#pin;
    if (session === null || session.record.id !== id) throw new KeyError('pin-off', 'no PIN in this session');
    try {
      const kek = await session.open(pin, this.#now());
      const privateKey = await openKey(session.record, kek, false);
      kek.fill(0);
      this.#opened(session.record, privateKey);
    } catch (error) {
      if (error instanceof KeyError && error.code === 'pin-off') this.#pin = null;
      throw error;
    }
  }

  async pinUntil(id: string): Promise<number | null> {
    return this.#pin !== null && this.#pin.record.id === id && this.#pin.live(this.#now())
      ? this.#pin.until
      : null;
  }

  async dropPin(): Promise<void> {
    this.#pin = null;
  }

  async lock(forget = false): Promise<void> {
    this.#open = null;
    this.#tickets.clear();
    if (forget) this.#pin = null;
  }

  async prove(value: LockedKeyRecord, secret: Secret): Promise<void> {
    const record = parseLockedRecord(value);
    await openKey(record, await kekOf(record, secret), false);
  }

  async grant(id: string, shown: readonly Shown[]): Promise<string> {
    if (this.#current().record.id !== id) throw new KeyError('locked', 'another key is open');
    const ticket = newKeyId();
    this.#tickets.set(
      ticket,
      shown.map(({ kind }) => kind)
    );
    return ticket;
  }

  async sign(ticket: string, bytes: Uint8Array): Promise<Uint8Array> {
    const { record, privateKey } = this.#current();
    const left = this.#tickets.get(ticket) ?? [];
    const kind = kindOf(bytes);
    const at = left.findIndex((one) => one === kind);
    if (at < 0) throw new KeyError('not-shown', `no signature of this kind was granted (${kind ?? 'none'})`);
    left.splice(at, 1);
    const { signing } = SCHEMES[record.alg];
    return new Uint8Array(await crypto.subtle.sign(signing, privateKey, Uint8Array.from(bytes)));
  }

  changeLock = changeLock;
  backUp = backUp;
  restore = restoreBackup;
  setUpRoot = setUpRoot;
  importPkcs12 = importPkcs12;
  exportPkcs12 = exportPkcs12;

  #opened(record: LockedKeyRecord, privateKey: CryptoKey): void {
    this.#tickets.clear();
    if (this.#pin !== null && this.#pin.record.id !== record.id) this.#pin = null;
    this.#open = { record, privateKey, since: this.#now() };
  }

  #current(): OpenKey {
    const open = this.#open;
    const age = open === null ? Infinity : this.#now() - open.since;
    if (open !== null && age <= LONGEST && age >= 0) return open;
    this.#open = null;
    this.#tickets.clear();
    throw new KeyError('locked', 'the key is locked');
  }
}
