// A workspace's authorities and people, made by the app's own builders with WebCrypto keys.
import {
  issuingCertificate,
  personCertificate,
  rootCertificate,
  serialFrom,
  statementCertificate
} from '../../src/lib/pki/authority.ts';
import { parseCertificate, type Certificate } from '../../src/lib/pki/certificate.ts';
import type { ToBeSigned } from '../../src/lib/pki/to-be-signed.ts';

export interface TestKey {
  readonly spki: Uint8Array;
  readonly pair: CryptoKeyPair;
  /** Raw r‖s. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export async function testKey(curve: 'P-256' | 'P-384' = 'P-256'): Promise<TestKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: curve }, true, [
    'sign',
    'verify'
  ]);
  const hash = curve === 'P-256' ? 'SHA-256' : 'SHA-384';
  return {
    pair,
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)),
    sign: async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash }, pair.privateKey, Uint8Array.from(bytes))
      )
  };
}

export const serial = (): Uint8Array => serialFrom(crypto.getRandomValues(new Uint8Array(16)));

export async function finish(what: ToBeSigned, key: TestKey): Promise<Uint8Array> {
  return what.finish(await key.sign(what.bytes));
}

export interface TestWorkspace {
  readonly now: number;
  readonly rootKey: TestKey;
  readonly issuingKey: TestKey;
  readonly statementKey: TestKey;
  readonly root: Certificate;
  readonly issuing: Certificate;
  readonly statement: Certificate;
}

export async function testWorkspace(now: number, curve: 'P-256' | 'P-384' = 'P-256'): Promise<TestWorkspace> {
  const [rootKey, issuingKey, statementKey] = await Promise.all([
    testKey(curve),
    testKey(curve),
    testKey(curve)
  ]);
  const root = parseCertificate(
    await finish(
      rootCertificate({ name: 'Example Root', spki: rootKey.spki, serial: serial(), now }),
      rootKey
    )
  );
  const under = { issuer: root, now };
  const issuing = parseCertificate(
    await finish(
      issuingCertificate({ ...under, name: 'Example Issuing', spki: issuingKey.spki, serial: serial() }),
      rootKey
    )
  );
  const statement = parseCertificate(
    await finish(
      statementCertificate({
        ...under,
        name: 'Example Statements',
        spki: statementKey.spki,
        serial: serial()
      }),
      rootKey
    )
  );
  return { now, rootKey, issuingKey, statementKey, root, issuing, statement };
}

export async function testPerson(
  workspace: TestWorkspace,
  key: TestKey,
  change: Partial<Parameters<typeof personCertificate>[0]> = {}
): Promise<Certificate> {
  const what = personCertificate({
    kind: 'member',
    issuer: workspace.issuing,
    spki: key.spki,
    name: 'Анна Ёлкина',
    organization: 'Example LLC',
    email: 'anna@example.com',
    serial: serial(),
    now: workspace.now,
    timestamped: false,
    ...change
  });
  return parseCertificate(await finish(what, workspace.issuingKey));
}
