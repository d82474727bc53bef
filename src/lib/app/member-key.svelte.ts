import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { toHex } from '../bytes/hex.ts';
import { KeyError } from '../keys/error.ts';
import type { UnlockedKey } from '../keys/key-store.ts';
import type { NewLock, Secret } from '../keys/lock.ts';
import type { LockedKeyRecord } from '../keys/record.ts';
import type { Shown, VaultDoor } from '../keys/vault.ts';
import type { CertificateIssued, CertificateRow, Nonce, RevocationReason } from '../domain/api.ts';
import type { StoredKey } from '../store/contract.ts';
import { activation } from './activation.ts';
import { KeyLock, type Tries } from './key-lock.svelte.ts';
import { vault } from './keys-vault.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

export type { Shown } from '../keys/vault.ts';
export type { NewLock, Secret } from '../keys/lock.ts';
/** Whether passkeys are worth offering here (`security.md` K1). */
export { passkeysPossible as passkeysOffered } from '../keys/passkey.ts';

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
  /** Spends the person's press. Throws KeyError `activation`. */
  press(): void;
  now(): number;
  /** Tells the other tabs that it is locked. */
  tellLocked(): void;
}

/**
 * `none → uncertified → ready`. A key is made and kept without any network; its certificate comes with the
 * first moment the server answers. Signing works with `ready`, and with `uncertified` only where the file may
 * carry a self-signed certificate.
 */
export type MemberKeyState = 'loading' | 'none' | 'uncertified' | 'ready';

type Stored = StoredKey<LockedKeyRecord>;

const sha256Of = async (der: Uint8Array): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(der))));

const certificatesOf = ({ certificate, chain }: Stored): string[] =>
  certificate === null ? [] : [certificate, ...chain].map((der) => toBase64(der));

/**
 * The signed-in member's keys on this device (`security.md` K1 to K5, C2): their own, and imported ones beside
 * it. Nothing in this page holds a private key: they are open in the keys worker, one at a time.
 */
export class MemberKey {
  readonly #home: () => KeyHome;
  readonly lock: KeyLock;
  /** Own key first, then imported ones, newest first. */
  all = $state.raw<readonly Stored[]>([]);
  /** When a backup file was last made of the own key, UTC milliseconds; null: never. */
  backedUp = $state<number | null>(null);
  /** Until when the PIN opens the chosen key again; null: there is none. */
  pinUntil = $state<number | null>(null);
  #chosen = $state<string | null>(null);
  #loaded = $state(false);
  /** The key that a rotation replaces, and its certificate, until the new one is certified. */
  #former: { readonly id: string; readonly sha256?: string } | null = null;

  constructor(home: () => KeyHome) {
    this.#home = home;
    this.lock = new KeyLock({
      now: () => home().now(),
      close: (forget) => {
        if (forget) this.pinUntil = null;
        void home()
          .vault()
          .then((door) => door.lock(forget))
          .catch(() => undefined);
      },
      tries: async () => (await home().meta('x-key-tries')) as Tries | undefined,
      keepTries: (tries) => home().setMeta('x-key-tries', tries),
      tell: () => home().tellLocked()
    });
  }

  get state(): MemberKeyState {
    if (!this.#loaded) return 'loading';
    if (this.stored === null) return 'none';
    return this.stored.certificate === null ? 'uncertified' : 'ready';
  }

  /** The key that signs: the chosen one, else the member's own. */
  get stored(): Stored | null {
    return this.all.find(({ id }) => id === this.#chosen) ?? this.all[0] ?? null;
  }

  /** The member's own key, as the workspace certified it; null where there are imported ones only. */
  get own(): Stored | null {
    return this.all.find(({ origin }) => origin !== 'imported') ?? null;
  }

  get unlocked(): boolean {
    const { state } = this.lock;
    return state.name === 'unlocked' && state.key === this.stored?.id;
  }

  /** Reads them from the store; call again after another member signed in. */
  async load(): Promise<void> {
    const kept = (await this.#home().keys()).filter((key) => key.document === null) as Stored[];
    const imported = (key: Stored) => Number(key.origin === 'imported');
    // The newest own one: after a re-enrolment the older is superseded (C4).
    this.all = kept.sort((a, b) => imported(a) - imported(b) || b.created - a.created);
    const backups = (await this.#home().meta('x-key-backups')) as Record<string, number> | undefined;
    this.backedUp = backups?.[this.own?.id ?? ''] ?? null;
    await this.lock.load(this.all.length);
    this.#loaded = true;
  }

  /** Signs with another of the keys from now on. */
  choose(id: string): void {
    this.#chosen = id;
    this.pinUntil = null;
  }

  /**
   * Makes the member's own key under `lock` and keeps it, then asks for its certificate. Without a network it
   * stays `uncertified`; a refusal is thrown (`sign-in` when the sign-in is older than ten minutes), the key
   * stays. It is locked afterwards.
   */
  async make(lock: NewLock | string): Promise<void> {
    const given = typeof lock === 'string' ? ({ lock: 'passphrase', passphrase: lock } as const) : lock;
    const record = await (await this.#home().vault()).create(given);
    await this.#keep({
      id: record.id,
      document: null,
      party: null,
      record,
      certificate: null,
      chain: [],
      // The newest own key counts, also when the clock was set back.
      created: Math.max(this.#home().now(), (this.own?.created ?? 0) + 1)
    });
    this.#chosen = null;
    this.lock.tell({ kind: 'unlocked', key: record.id });
    try {
      await this.enrol();
    } finally {
      this.lock.tell({ kind: 'lock', why: 'person' });
    }
  }

  /** Asks the workspace for the certificate of the open key. False when the server could not be reached. */
  async enrol(): Promise<boolean> {
    if (this.stored === null) return false;
    return this.#enrolWith(await this.authorise([this.#request()]));
  }

  /** Opens the key for its certificate only. False when the server could not be reached. */
  async certify(secret: Secret): Promise<boolean> {
    await this.unlock(secret);
    try {
      return await this.enrol();
    } finally {
      this.lock.tell({ kind: 'lock', why: 'person' });
    }
  }

  /** What is shown for a certificate request. */
  #request(): Shown {
    return { kind: 'certificate', name: member.me?.user.name ?? '' };
  }

  async #enrolWith(key: UnlockedKey): Promise<boolean> {
    const { stored } = this;
    if (stored === null) return false;
    const home = this.#home();
    const { enrolmentRequest } = await import('../keys/enrol.ts');
    let issued: CertificateIssued;
    try {
      const { nonce } = await home.nonce();
      issued = await home.certify(await enrolmentRequest(key, nonce), this.#former?.sha256);
    } catch (error) {
      if (codeOf(error) === 'unreachable') return false;
      throw error;
    }
    await this.#keep({
      ...stored,
      certificate: fromBase64(issued.certificate),
      chain: issued.chain.map((der) => fromBase64(der)),
      proof: issued.proof
    });
    const former = this.#former;
    this.#former = null;
    if (former !== null) await this.remove(former.id);
    return true;
  }

  /**
   * Opens the chosen key until it locks (K4). `pin`: opens it again in this session (K3). Throws KeyError
   * `wrong-passphrase`, `wrong-passkey`, `blocked`, `pin-weak`, or an error with code `no-key`.
   */
  async unlock(secret: Secret, pin?: string): Promise<void> {
    const stored = this.#required();
    const door = await this.#home().vault();
    await this.lock.attempt(stored.id, () => door.unlock(stored.record, secret, pin));
    this.pinUntil = await door.pinUntil(stored.id);
  }

  /** Throws KeyError `wrong-pin`, `pin-off`, `blocked`. */
  async unlockByPin(pin: string): Promise<void> {
    const { id } = this.#required();
    const door = await this.#home().vault();
    try {
      await this.lock.attempt(id, () => door.unlockByPin(id, pin));
    } finally {
      this.pinUntil = await door.pinUntil(id);
    }
  }

  async dropPin(): Promise<void> {
    await (await this.#home().vault()).dropPin();
    this.pinUntil = null;
  }

  /** Asks the passkey that locks the chosen key. Throws KeyError `passkey-cancelled`, `passkey-unsupported`. */
  async askPasskey(): Promise<Secret> {
    const { record } = this.#required();
    const { askPasskey } = await import('../keys/passkey.ts');
    return askPasskey(record);
  }

  /** Makes a passkey for a lock. Throws KeyError `passkey-cancelled`, `passkey-unsupported`. */
  async newPasskey(app: string): Promise<NewLock> {
    const { newPasskeyLock } = await import('../keys/passkey.ts');
    const { id, name } = member.me?.user ?? { id: 'member', name: app };
    return newPasskeyLock({ id, name }, app);
  }

  /**
   * The open key, for one signature of each thing in the list, once for each press of the person (K5). Throws
   * KeyError `activation`, `locked`; `no-key`.
   */
  async authorise(shown: readonly Shown[]): Promise<UnlockedKey> {
    const { id, record } = this.#required();
    this.#home().press();
    this.lock.tell({ kind: 'active' });
    if (!this.unlocked) throw new KeyError('locked', 'the key is locked');
    const door = await this.#home().vault();
    const ticket = await door.grant(id, shown);
    const { spki, alg, lock } = record;
    return { id, spki: fromBase64(spki), alg, lock, sign: (bytes) => door.sign(ticket, bytes) };
  }

  /**
   * The same, with the request for a certificate first where the key has none, or none with the server's
   * statement about it: now is the moment. Without a network it stays as it is.
   */
  async authoriseCertified(shown: readonly Shown[]): Promise<UnlockedKey> {
    const { certificate, proof, origin } = this.#required();
    if (origin === 'imported' || (certificate !== null && proof !== undefined)) return this.authorise(shown);
    const key = await this.authorise([this.#request(), ...shown]);
    await this.#enrolWith(key).catch((error: unknown) => {
      // With a certificate it signs as well as before.
      if (certificate === null) throw error;
    });
    return key;
  }

  /** Whether this is the member: their own lock, not a PIN. Nothing stays open. */
  async prove(secret: Secret): Promise<void> {
    const { record } = this.#required();
    const door = await this.#home().vault();
    await this.lock.attempt(null, () => door.prove(record, secret));
  }

  /** The encrypted backup file of the own key. Throws KeyError `wrong-passphrase`, `passphrase-weak`. */
  async backUp(secret: Secret, backupPassphrase: string): Promise<Blob> {
    const stored = this.#required();
    const door = await this.#home().vault();
    const certificates = certificatesOf(stored);
    const bytes = await this.lock.attempt(null, () =>
      door.backUp(stored.record, secret, backupPassphrase, { kind: 'person', certificates })
    );
    const backups = (await this.#home().meta('x-key-backups')) as Record<string, number> | undefined;
    const at = this.#home().now();
    await this.#home().setMeta('x-key-backups', { ...backups, [stored.id]: at });
    if (stored.id === this.own?.id) this.backedUp = at;
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/json' });
  }

  /** The chosen key under another lock; it is locked afterwards, and a PIN of the old lock ends. */
  async changeLock(secret: Secret, lock: NewLock): Promise<void> {
    const stored = this.#required();
    const door = await this.#home().vault();
    const record = await this.lock.attempt(null, () => door.changeLock(stored.record, secret, lock));
    this.lock.tell({ kind: 'lock', why: 'person' });
    await door.lock(true);
    this.pinUntil = null;
    await this.#keep({ ...stored, record });
  }

  /**
   * The key of a backup file under a new lock on this device. Its certificates are public and were not
   * authenticated: they are kept only when they name this very key. `root` comes back for whoever keeps it.
   * Throws KeyError `wrong-passphrase`, `record`, `lock-unknown`, `insecure-context`.
   */
  async restore(file: Uint8Array, passphrase: string, lock: NewLock): Promise<'person' | 'root'> {
    const { record, kind, certificates } = await (await this.#home().vault()).restore(file, passphrase, lock);
    if (kind === 'root') {
      await this.#home().setMeta('x-root', record);
      return kind;
    }
    const { parseCertificate } = await import('../pki/certificate.ts');
    const [leaf = null, ...chain] = certificates.map((text) => fromBase64(text));
    const own = leaf !== null && toBase64(parseCertificate(leaf).spki) === record.spki;
    const before = this.all.find(({ id }) => id === record.id);
    await this.#keep({
      id: record.id,
      document: null,
      party: null,
      record,
      certificate: own ? leaf : null,
      chain: own ? chain : [],
      created: before?.created ?? this.#home().now(),
      ...(own && before?.proof !== undefined && { proof: before.proof })
    });
    this.#chosen = null;
    return kind;
  }

  /**
   * A new key in place of the own one, whose certificate is superseded at the server. The former key stays
   * until the new one has its certificate. Throws what `make` does.
   */
  async rotate(lock: NewLock): Promise<void> {
    const before = this.own;
    const sha256 = await this.ownSha256();
    this.#former = before === null ? null : { id: before.id, ...(sha256 !== null && { sha256 }) };
    await this.make(lock);
  }

  /** The member's certificates as the server knows them, newest first. */
  certificates(): Promise<readonly CertificateRow[]> {
    return this.#home().certificates();
  }

  /** SHA-256 of the own key's certificate, or null. */
  async ownSha256(): Promise<string | null> {
    const certificate = this.own?.certificate ?? null;
    return certificate === null ? null : sha256Of(certificate);
  }

  /** Ends one of the member's certificates; where it is this device's, its key goes with it. */
  async revoke(sha256: string, reason: RevocationReason): Promise<void> {
    await this.#home().revoke(sha256, reason);
    if ((await this.ownSha256()) === sha256 && this.own !== null) await this.remove(this.own.id);
  }

  /** Takes the keys of a PKCS#12 file. Returns how many; one that is here already is kept as it was. */
  async importFile(file: Uint8Array, password: string, lock: NewLock): Promise<number> {
    const found = await (await this.#home().vault()).importPkcs12(file, password, lock);
    const fresh = found.filter(({ record }) => !this.all.some((key) => key.record.spki === record.spki));
    for (const { record, certificates } of fresh) {
      const [certificate = null, ...chain] = certificates;
      const created = this.#home().now();
      const key = { id: record.id, document: null, party: null, record, certificate, chain, created };
      await this.#keep({ ...key, origin: 'imported' });
    }
    return fresh.length;
  }

  /** The chosen key as PKCS#12, with its certificates. Throws KeyError `wrong-passphrase`, `no-key-inside`. */
  async exportFile(secret: Secret, password: string, name: string): Promise<Blob> {
    const { record, certificate, chain } = this.#required();
    const door = await this.#home().vault();
    const certificates = certificate === null ? [] : [certificate, ...chain];
    const bytes = await this.lock.attempt(null, () =>
      door.exportPkcs12(record, secret, password, { certificates, name })
    );
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/x-pkcs12' });
  }

  /** Takes a key off this device. */
  async remove(id: string): Promise<void> {
    if (this.stored?.id === id) this.lock.tell({ kind: 'lock', why: 'person' });
    await this.#home().deleteKey(id);
    if (this.#chosen === id) this.#chosen = null;
    await this.load();
  }

  async #keep(key: Stored): Promise<void> {
    await this.#home().putKey(key);
    await this.load();
  }

  #required(): Stored {
    if (this.stored === null) throw Object.assign(new Error('no key on this device'), { code: 'no-key' });
    return this.stored;
  }
}

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('countersign-keys');

export const memberKey = new MemberKey(() => ({
  keys: () => member.store.keys(),
  putKey: (key) => member.store.putKey(key),
  deleteKey: (id) => member.store.deleteKey(id),
  meta: (key) => member.store.meta(key),
  setMeta: (key, value) => member.store.setMeta(key, value),
  nonce: () => member.server.nonce(),
  certify: (csr, replaces) => member.server.certify(csr, replaces),
  certificates: () => member.server.certificates(),
  revoke: (sha256, reason) => member.server.revokeCertificate(sha256, reason),
  vault,
  press: () => activation.take(),
  now: () => Date.now(),
  tellLocked: () => channel?.postMessage('locked')
}));

if (typeof window !== 'undefined') memberKey.lock.watch(window, channel);
member.leaving.push(() => memberKey.lock.lock('sign-out'));
