import { fromBase64, toBase64 } from '../bytes/base64.ts';
import type { UnlockedKey } from '../keys/key-store.ts';
import type { KeyRecord } from '../keys/record.ts';
import type { CertificateIssued, Nonce } from '../domain/api.ts';
import type { StoredKey } from '../store/contract.ts';
import { member } from './member.svelte.ts';
import { painted } from './painted.ts';
import { codeOf } from './sentences.ts';

/** What the member's key needs of the rest: the store that keeps it and the server that certifies it. */
export interface KeyHome {
  keys(): Promise<StoredKey[]>;
  putKey(key: StoredKey): Promise<void>;
  nonce(): Promise<Nonce>;
  certify(csr: string): Promise<CertificateIssued>;
}

/**
 * `none → uncertified → ready`. A key is made and kept without any network; its certificate comes with the
 * first moment the server answers. Signing works with `ready`, and with `uncertified` only where the file may
 * carry a self-signed certificate.
 */
export type MemberKeyState = 'loading' | 'none' | 'uncertified' | 'ready';

/** The signed-in member's own key on this device (`security.md` K1, C2). The unlocked key is never kept here. */
export class MemberKey {
  readonly #home: () => KeyHome;
  readonly #now: () => number;
  stored = $state.raw<StoredKey<KeyRecord> | null>(null);
  #loaded = $state(false);

  constructor(home: () => KeyHome, now: () => number) {
    this.#home = home;
    this.#now = now;
  }

  get state(): MemberKeyState {
    if (!this.#loaded) return 'loading';
    if (this.stored === null) return 'none';
    return this.stored.certificate === null ? 'uncertified' : 'ready';
  }

  /** Reads it from the store; call again after another member signed in. */
  async load(): Promise<void> {
    const own = (await this.#home().keys()).filter((key) => key.document === null);
    // The newest one: after a re-enrolment the older is superseded (C4).
    this.stored = (own.sort((a, b) => b.created - a.created)[0] as StoredKey<KeyRecord> | undefined) ?? null;
    this.#loaded = true;
  }

  /**
   * Makes the key under `passphrase` and keeps it, then asks for its certificate. Without a network it stays
   * `uncertified`; a refusal is thrown (`sign-in` when the sign-in is older than ten minutes), the key stays.
   */
  async make(passphrase: string): Promise<UnlockedKey> {
    // keys/ comes when a key is made or used: the board, which only asks whether there is one, stays small.
    const { createKey } = await import('../keys/key-store.ts');
    await painted();
    const { record, key } = await createKey({ lock: 'passphrase', passphrase }, this.#now());
    const stored: StoredKey<KeyRecord> = {
      id: record.id,
      document: null,
      party: null,
      record,
      certificate: null,
      chain: [],
      created: this.#now()
    };
    await this.#home().putKey(stored);
    this.stored = stored;
    this.#loaded = true;
    await this.enrol(key);
    return key;
  }

  /** Asks the workspace for the certificate. False when the server could not be reached. */
  async enrol(key: UnlockedKey): Promise<boolean> {
    const stored = this.stored;
    if (stored === null) return false;
    const home = this.#home();
    const { enrolmentRequest } = await import('../keys/enrol.ts');
    let issued: CertificateIssued;
    try {
      const { nonce } = await home.nonce();
      issued = await home.certify(await enrolmentRequest(key, nonce));
    } catch (error) {
      if (codeOf(error) === 'unreachable') return false;
      throw error;
    }
    const certified = {
      ...stored,
      certificate: fromBase64(issued.certificate),
      chain: issued.chain.map((der) => fromBase64(der)),
      proof: issued.proof
    };
    await home.putKey(certified);
    this.stored = certified;
    return true;
  }

  /** Opens it for one signature. Throws KeyError `wrong-passphrase`, or an error with code `no-key`. */
  async unlock(passphrase: string): Promise<UnlockedKey> {
    const record = this.#record();
    const { unlock } = await import('../keys/key-store.ts');
    await painted();
    return unlock(record, passphrase);
  }

  /** The encrypted backup file. Throws KeyError `wrong-passphrase`, `passphrase-weak`. */
  async backUp(passphrase: string, backupPassphrase: string): Promise<Blob> {
    const record = this.#record();
    const { backUp } = await import('../keys/backup.ts');
    await painted();
    const { certificate, chain } = this.stored ?? { certificate: null, chain: [] };
    const bytes = await backUp(record, passphrase, backupPassphrase, {
      kind: 'person',
      certificates: certificate === null ? [] : [certificate, ...chain].map((der) => toBase64(der))
    });
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/json' });
  }

  #record(): KeyRecord {
    if (this.stored === null) throw Object.assign(new Error('no key on this device'), { code: 'no-key' });
    return this.stored.record;
  }
}

export const memberKey = new MemberKey(
  () => ({
    keys: () => member.store.keys(),
    putKey: (key) => member.store.putKey(key),
    nonce: () => member.server.nonce(),
    certify: (csr) => member.server.certify(csr)
  }),
  () => Date.now()
);

export interface CertificateFacts {
  /** UTC milliseconds. */
  readonly notAfter: number;
  /** SHA-256 in hex, in groups of four for the eye. */
  readonly fingerprint: string;
}

/** What a person wants to see of a certificate (DER). */
export async function certificateFacts(der: Uint8Array): Promise<CertificateFacts> {
  const { certificateSha256, parseCertificate } = await import('../pki/certificate.ts');
  const certificate = parseCertificate(der);
  const hex = certificateSha256(certificate);
  return { notAfter: certificate.notAfter, fingerprint: (hex.match(/.{4}/g) ?? []).join(' ') };
}
