import { fromBase64, toBase64 } from '../bytes/base64.ts';
import type { NewLock, Secret } from '../keys/lock.ts';
import type { KeyRing } from './key-ring.svelte.ts';

/**
 * Keys that leave this device or come to it as files (`security.md` K7): backups of the own key and PKCS#12.
 * Each asks for the lock itself, whether the key is open or not.
 */

/** What a person keeps as a file: `application/json` or PKCS#12. */
const fileOf = (bytes: Uint8Array, type: string): Blob =>
  new Blob([bytes as Uint8Array<ArrayBuffer>], { type });

/** The encrypted backup file of the own key. Throws KeyError `wrong-passphrase`, `passphrase-weak`. */
export async function backUpKey(ring: KeyRing, secret: Secret, passphrase: string): Promise<Blob> {
  const { id, record, certificate, chain } = ring.required();
  const door = await ring.home.vault();
  const certificates = certificate === null ? [] : [certificate, ...chain].map((der) => toBase64(der));
  const bytes = await ring.lock.attempt(null, () =>
    door.backUp(record, secret, passphrase, { kind: 'person', certificates })
  );
  const backups = (await ring.home.meta('x-key-backups')) as Record<string, number> | undefined;
  const at = ring.home.now();
  await ring.home.setMeta('x-key-backups', { ...backups, [id]: at });
  if (id === ring.own?.id) ring.backedUp = at;
  return fileOf(bytes, 'application/json');
}

/**
 * The key of a backup file under a new lock on this device. Its certificates are public and were not
 * authenticated: they are kept only when they name this very key. `root` comes back for whoever keeps it; it
 * signs no contracts, so the workspace's minimum is not for it. Throws KeyError `wrong-passphrase`, `record`,
 * `lock-unknown`, `lock-weak`, `insecure-context`.
 */
export async function restoreKey(
  ring: KeyRing,
  file: Uint8Array,
  passphrase: string,
  lock: NewLock
): Promise<'person' | 'root'> {
  const { record, kind, certificates } = await (await ring.home.vault()).restore(file, passphrase, lock);
  if (kind === 'root') {
    await ring.home.setMeta('x-root', record);
    return kind;
  }
  ring.requireStrength(record.lock);
  const { parseCertificate } = await import('../pki/certificate.ts');
  const [leaf = null, ...chain] = certificates.map((text) => fromBase64(text));
  const own = leaf !== null && toBase64(parseCertificate(leaf).spki) === record.spki;
  const before = ring.all.find(({ id }) => id === record.id);
  await ring.keep({
    id: record.id,
    document: null,
    party: null,
    record,
    certificate: own ? leaf : null,
    chain: own ? chain : [],
    created: before?.created ?? ring.home.now(),
    ...(own && before?.proof !== undefined && { proof: before.proof })
  });
  ring.choose(null);
  return kind;
}

/**
 * Takes the keys of a PKCS#12 file. Returns how many; one that is here already is kept as it was. Throws
 * KeyError `lock-weak`, `no-key-inside`.
 */
export async function importKeys(
  ring: KeyRing,
  file: Uint8Array,
  password: string,
  lock: NewLock
): Promise<number> {
  ring.requireStrength(lock.lock);
  const found = await (await ring.home.vault()).importPkcs12(file, password, lock);
  const fresh = found.filter(({ record }) => !ring.all.some((key) => key.record.spki === record.spki));
  for (const { record, certificates } of fresh) {
    const [certificate = null, ...chain] = certificates;
    const created = ring.home.now();
    const key = { id: record.id, document: null, party: null, record, certificate, chain, created };
    await ring.keep({ ...key, origin: 'imported' });
  }
  return fresh.length;
}

/** The chosen key as PKCS#12, with its certificates. Throws KeyError `wrong-passphrase`, `no-key-inside`. */
export async function exportKey(
  ring: KeyRing,
  secret: Secret,
  password: string,
  name: string
): Promise<Blob> {
  const { record, certificate, chain } = ring.required();
  const door = await ring.home.vault();
  const certificates = certificate === null ? [] : [certificate, ...chain];
  const bytes = await ring.lock.attempt(null, () =>
    door.exportPkcs12(record, secret, password, { certificates, name })
  );
  return fileOf(bytes, 'application/x-pkcs12');
}
