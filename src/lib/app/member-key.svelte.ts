import { fromBase64 } from '../bytes/base64.ts';
import { toHex } from '../bytes/hex.ts';
import { KeyError } from '../keys/error.ts';
import type { UnlockedKey } from '../keys/key-store.ts';
import type { NewLock, Secret } from '../keys/lock.ts';
import type { Shown } from '../keys/vault.ts';
import type { CertificateIssued, CertificateRow, RevocationReason } from '../domain/api.ts';
import { activation } from './activation.ts';
import { KeyRing } from './key-ring.svelte.ts';
import { vault } from './keys-vault.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

export type { Shown } from '../keys/vault.ts';
export type { NewLock, Secret } from '../keys/lock.ts';
/** Whether passkeys are worth offering here (`security.md` K1). */
export { passkeysPossible as passkeysOffered } from '../keys/passkey.ts';
export type { MemberKeyState } from './key-ring.svelte.ts';
export type { KeyHome } from './key-home.ts';

const sha256Of = async (der: Uint8Array): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(der))));

/**
 * The signed-in member's keys on this device (`security.md` K1 to K5, C2): their own, and imported ones beside
 * it. Nothing in this page holds a private key: they are open in the keys worker, one at a time.
 */
export class MemberKey extends KeyRing {
  /** The key that a rotation replaces, and its certificate, until the new one is certified. */
  #former: { readonly id: string; readonly sha256?: string } | null = null;

  /**
   * Makes the member's own key under `lock` and keeps it, then asks for its certificate. Without a network it
   * stays `uncertified`; a refusal is thrown (`sign-in` when the sign-in is older than ten minutes), the key
   * stays. It is locked afterwards.
   */
  async make(lock: NewLock | string): Promise<void> {
    const given = typeof lock === 'string' ? ({ lock: 'passphrase', passphrase: lock } as const) : lock;
    this.requireStrength(given.lock);
    const record = await (await this.home.vault()).create(given);
    await this.keep({
      id: record.id,
      document: null,
      party: null,
      record,
      certificate: null,
      chain: [],
      // The newest own key counts, also when the clock was set back.
      created: Math.max(this.home.now(), (this.own?.created ?? 0) + 1)
    });
    this.choose(null);
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
    const home = this.home;
    const { enrolmentRequest } = await import('../keys/enrol.ts');
    let issued: CertificateIssued;
    try {
      const { nonce } = await home.nonce();
      issued = await home.certify(await enrolmentRequest(key, nonce), this.#former?.sha256);
    } catch (error) {
      if (codeOf(error) === 'unreachable') return false;
      throw error;
    }
    await this.keep({
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
   * `wrong-passphrase`, `wrong-passkey`, `blocked`, `pin-weak`, `lock-weak`, or an error with code `no-key`.
   */
  async unlock(secret: Secret, pin?: string): Promise<void> {
    const stored = this.required();
    this.requireStrength(stored.record.lock);
    const door = await this.home.vault();
    await this.lock.attempt(stored.id, () => door.unlock(stored.record, secret, pin));
    this.pinUntil = await door.pinUntil(stored.id);
  }

  /** Throws KeyError `wrong-pin`, `pin-off`, `blocked`. */
  async unlockByPin(pin: string): Promise<void> {
    const { id, record } = this.required();
    this.requireStrength(record.lock);
    const door = await this.home.vault();
    try {
      await this.lock.attempt(id, () => door.unlockByPin(id, pin));
    } finally {
      this.pinUntil = await door.pinUntil(id);
    }
  }

  async dropPin(): Promise<void> {
    await (await this.home.vault()).dropPin();
    this.pinUntil = null;
  }

  /** Asks the passkey that locks the chosen key. Throws KeyError `passkey-cancelled`, `passkey-missing`, … */
  async askPasskey(): Promise<Secret> {
    const { record } = this.required();
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
    const { id, record } = this.required();
    this.requireStrength(record.lock);
    this.home.press();
    this.lock.tell({ kind: 'active' });
    if (!this.unlocked) throw new KeyError('locked', 'the key is locked');
    const door = await this.home.vault();
    const ticket = await door.grant(id, shown);
    const { spki, alg, lock } = record;
    return { id, spki: fromBase64(spki), alg, lock, sign: (bytes) => door.sign(ticket, bytes) };
  }

  /**
   * The same, with the request for a certificate first where the key has none, or none with the server's
   * statement about it: now is the moment. Without a network it stays as it is.
   */
  async authoriseCertified(shown: readonly Shown[]): Promise<UnlockedKey> {
    const { certificate, proof, origin } = this.required();
    if (origin === 'imported' || (certificate !== null && proof !== undefined)) return this.authorise(shown);
    const key = await this.authorise([this.#request(), ...shown]);
    await this.#enrolWith(key).catch((error: unknown) => {
      // With a certificate it signs as well as before.
      if (certificate === null) throw error;
    });
    return key;
  }

  /** Whether this is the member: their own lock, not a PIN. Nothing stays open, and a weak lock will do. */
  async prove(secret: Secret): Promise<void> {
    const { record } = this.required();
    const door = await this.home.vault();
    await this.lock.attempt(null, () => door.prove(record, secret));
  }

  /** The chosen key under another lock; it is locked afterwards, and a PIN of the old lock ends. */
  async changeLock(secret: Secret, lock: NewLock): Promise<void> {
    const stored = this.required();
    this.requireStrength(lock.lock);
    const door = await this.home.vault();
    const record = await this.lock.attempt(null, () => door.changeLock(stored.record, secret, lock));
    this.lock.tell({ kind: 'lock', why: 'person' });
    await door.lock(true);
    this.pinUntil = null;
    await this.keep({ ...stored, record });
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
    return this.home.certificates();
  }

  /** SHA-256 of the own key's certificate, or null. */
  async ownSha256(): Promise<string | null> {
    const certificate = this.own?.certificate ?? null;
    return certificate === null ? null : sha256Of(certificate);
  }

  /** Ends one of the member's certificates; where it is this device's, its key goes with it. */
  async revoke(sha256: string, reason: RevocationReason): Promise<void> {
    await this.home.revoke(sha256, reason);
    if ((await this.ownSha256()) === sha256 && this.own !== null) await this.remove(this.own.id);
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
  minimum: () => member.me?.workspace.keyLock ?? 'passphrase',
  press: () => activation.take(),
  now: () => Date.now(),
  tellLocked: () => channel?.postMessage('locked')
}));

if (typeof window !== 'undefined') memberKey.lock.watch(window, channel);
member.leaving.push(() => memberKey.lock.lock('sign-out'));
