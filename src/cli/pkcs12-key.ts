import { readFileSync } from 'node:fs';
import { identities } from '#lib/pki/identity.ts';
import { openPkcs12 } from '#lib/pki/pkcs12-web.ts';
import { importSigner } from '#lib/pki/signer-web.ts';

/** A key that a party signs with. */
export interface PartyKey {
  /** Whose it is, by its certificate. */
  readonly name: string;
  /** DER, leaf first, then intermediates. */
  readonly certificates: readonly Uint8Array[];
  /** Its self-signed authority, DER, when the file has it. */
  readonly root: Uint8Array | null;
  readonly pss: boolean;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The first key of a PKCS#12 file. Throws PkiError, and what the file system throws. */
export async function readPkcs12(path: string, password: string, pss: boolean): Promise<PartyKey> {
  const [identity] = identities(await openPkcs12(Uint8Array.from(readFileSync(path)), password));
  if (identity === undefined) throw new RangeError('no identity');
  const { pkcs8, certificate, certificates, root } = identity;
  const { scheme, sign } = await importSigner(pkcs8, certificate.spki, { pss });
  const { commonName, text } = certificate.subject;
  return { name: commonName ?? text, certificates, root, pss: scheme.kind === 'rsa-pss', sign };
}
