import { toBase64 } from '../bytes/base64.ts';
import { selfSignedCertificate, serialFrom, type Person } from '../pki/authority.ts';
import { certificateRequest } from '../pki/csr.ts';
import type { UnlockedKey } from './key-store.ts';

/** Base64 PKCS#10 for `POST certificates`, carrying the nonce of the session that proved who asks (C2). */
export async function enrolmentRequest(key: UnlockedKey, nonce: string): Promise<string> {
  const request = certificateRequest({ spki: key.spki, nonce });
  return toBase64(request.finish(await key.sign(request.bytes)));
}

/** DER certificate in a first-timer's own name, for signing before the server could certify the key. */
export async function selfSigned(key: UnlockedKey, person: Person, now: number): Promise<Uint8Array> {
  const serial = serialFrom(crypto.getRandomValues(new Uint8Array(16)));
  const certificate = selfSignedCertificate({ ...person, spki: key.spki, serial, now });
  return certificate.finish(await key.sign(certificate.bytes));
}
