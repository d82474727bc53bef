import { identities } from '../pki/identity.ts';
import { makePkcs12, openPkcs12 } from '../pki/pkcs12-web.ts';
import { importSigner } from '../pki/signer-web.ts';
import { algorithmOf } from './algorithm.ts';
import { KeyError } from './error.ts';
import { newKeyId, requireSecureContext } from './key-store.ts';
import { kekOf, openKey, sealKey, type NewLock, type Secret } from './lock.ts';
import { memberText, parseLockedRecord, type LockedKeyRecord } from './record.ts';

/** A key of a PKCS#12 file under a lock of ours. */
export interface ImportedKey {
  readonly record: LockedKeyRecord;
  /** DER, its own first, then intermediates; without a root. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Takes the keys of a PKCS#12 file (RFC 7292), each with its certificates, under a new lock. Throws PkiError
 * `p12-password`, `p12-malformed`, `p12-unsupported`, `p12-limit`, `p12-no-identity`, `key`, and KeyError
 * `unsupported`, `passphrase-weak`, `spki-mismatch` when a certificate belongs to another key.
 */
export async function importPkcs12(
  file: Uint8Array,
  password: string,
  lock: NewLock
): Promise<ImportedKey[]> {
  requireSecureContext();
  const found: ImportedKey[] = [];
  for (const { pkcs8, certificate, certificates } of identities(await openPkcs12(file, password))) {
    const alg = algorithmOf(certificate.spki);
    const { key } = await importSigner(pkcs8, certificate.spki, { extractable: true });
    pkcs8.fill(0);
    const name = { id: newKeyId(), spki: memberText(certificate.spki), alg };
    const { record } = await sealKey(key, name, lock);
    found.push({ record, certificates });
  }
  return found;
}

/** What goes out beside the key. `rounds` of the password's derivation: fewer than usual in tests only. */
export interface PrivateExport {
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly name: string;
  readonly rounds?: number;
}

/**
 * A PKCS#12 file with the key and its certificates under `password`, after a fresh unlock by `secret`. Who has
 * the file and its password signs as this person: other programs guard it less well than a backup file.
 */
export async function exportPkcs12(
  value: unknown,
  secret: Secret,
  password: string,
  about: PrivateExport
): Promise<Uint8Array> {
  const { certificates, name, rounds } = about;
  const record = parseLockedRecord(value);
  if (certificates.length === 0) throw new KeyError('no-key-inside', 'a key without a certificate');
  const privateKey = await openKey(record, await kekOf(record, secret), true);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey));
  const file = await makePkcs12({
    pkcs8,
    certificates,
    friendlyName: name,
    password,
    ...(rounds !== undefined && { rounds })
  });
  pkcs8.fill(0);
  return file;
}
