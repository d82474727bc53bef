import { randomBytes, webcrypto } from 'node:crypto';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import type { CertificateIssued, Nonce, ServerError, SetupOpened } from '../../src/lib/domain/api.ts';
import { idFromBytes } from '../../src/lib/domain/id.ts';
import {
  issuingCertificate,
  rootCertificate,
  serialFrom,
  statementCertificate
} from '../../src/lib/pki/authority.ts';
import { parseCertificate } from '../../src/lib/pki/certificate.ts';
import { certificateRevocationList } from '../../src/lib/pki/crl.ts';
import { certificateRequest } from '../../src/lib/pki/csr.ts';
import type { ToBeSigned } from '../../src/lib/pki/to-be-signed.ts';
import type { TestServer } from './server.ts';

/** Answer of a route: status and body. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T & Partial<ServerError>;
}

export const id = (): string => idFromBytes(randomBytes(15));

/** Calls a route of the API; `auth` is a PocketBase token, `link` the token of a link. */
export async function call<T = Record<string, unknown>>(
  server: Pick<TestServer, 'url'>,
  method: string,
  path: string,
  options: { body?: unknown; auth?: string | undefined; link?: string; raw?: Uint8Array } = {}
): Promise<Answer<T>> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (options.auth !== undefined) headers['Authorization'] = options.auth;
  if (options.link !== undefined) headers['X-Countersign-Link'] = options.link;
  const response = await fetch(`${server.url}${path.startsWith('/') ? path : `/api/countersign/${path}`}`, {
    method,
    headers,
    ...(options.raw ? { body: Uint8Array.from(options.raw) } : {}),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) })
  });
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    body = { text };
  }
  return { status: response.status, body: body as Answer<T>['body'] };
}

/** A key as a device makes it. */
export interface DeviceKey {
  readonly spki: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  complete(structure: ToBeSigned): Promise<Uint8Array>;
}

export async function makeKey(namedCurve: 'P-256' | 'P-384' = 'P-256'): Promise<DeviceKey> {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', pair.publicKey));
  const hash = namedCurve === 'P-256' ? 'SHA-256' : 'SHA-384';
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await webcrypto.subtle.sign({ name: 'ECDSA', hash }, pair.privateKey, Uint8Array.from(bytes))
    );
  return { spki, sign, complete: async (structure) => structure.finish(await sign(structure.bytes)) };
}

export const OWNER = {
  name: 'Olga Owner',
  email: 'olga@workspace.example',
  password: 'correct horse battery'
};

/** What the owner's browser makes of the server's two keys (`security.md` C1). */
export async function certifyServer(opened: SetupOpened, name = 'Test workspace') {
  const key = await makeKey();
  const now = Date.now();
  const serial = () => serialFrom(randomBytes(16));
  const rootDer = await key.complete(rootCertificate({ name, spki: key.spki, serial: serial(), now }));
  const issuer = parseCertificate(rootDer);
  const issuing = issuingCertificate({
    name: `${name} issuing`,
    spki: fromBase64(opened.issuingSpki),
    serial: serial(),
    now,
    issuer
  });
  const statement = statementCertificate({
    name: `${name} statements`,
    spki: fromBase64(opened.statementSpki),
    serial: serial(),
    now,
    issuer
  });
  const crl = certificateRevocationList({
    issuer,
    number: 1,
    now,
    next: now + 400 * 86_400_000,
    revoked: []
  });
  return {
    root: toBase64(rootDer),
    issuing: toBase64(await key.complete(issuing)),
    statement: toBase64(await key.complete(statement)),
    rootCrl: toBase64(await key.complete(crl))
  };
}

export const tokenOf = (link: string | null): string => (link ?? '').split('#')[1] ?? '';

/** Set-up as a browser does it: the workspace and its owner exist afterwards. */
export async function setUp(server: TestServer): Promise<void> {
  const token = tokenOf(server.setupLink);
  const opened = await call<SetupOpened & object>(server, 'POST', 'setup/open', { body: { token } });
  if (opened.status !== 200) throw new Error(`setup/open: ${JSON.stringify(opened)}`);
  const done = await call(server, 'POST', 'setup', {
    body: {
      token,
      workspace: { name: 'Test workspace', zone: 'Europe/Warsaw' },
      owner: OWNER,
      ...(await certifyServer(opened.body))
    }
  });
  if (done.status !== 200) throw new Error(`setup: ${JSON.stringify(done)}`);
}

export interface SignedIn {
  readonly user: string;
  readonly auth: string;
}

export async function signIn(server: TestServer, email: string, password: string): Promise<SignedIn> {
  const answer = await call<{ token: string; record: { id: string } }>(
    server,
    'POST',
    '/api/collections/users/auth-with-password',
    { body: { identity: email, password } }
  );
  if (answer.status !== 200) throw new Error(`sign-in: ${JSON.stringify(answer)}`);
  return { user: answer.body.record.id, auth: answer.body.token };
}

/** A request of a fresh key for a session that has a nonce, and the certificate it got. */
export async function certify(
  server: TestServer,
  auth: string,
  nonce?: string
): Promise<{ key: DeviceKey; issued: CertificateIssued }> {
  const key = await makeKey();
  const given = nonce ?? (await call<Nonce & object>(server, 'POST', 'nonce', { auth, body: {} })).body.nonce;
  const csr = await key.complete(certificateRequest({ spki: key.spki, nonce: given }));
  const answer = await call<CertificateIssued & object>(server, 'POST', 'certificates', {
    auth,
    body: { csr: toBase64(csr) }
  });
  if (answer.status !== 200) throw new Error(`certificates: ${JSON.stringify(answer)}`);
  return { key, issued: answer.body };
}

/** Changes rows behind the server's back (`startServer({sql: true})`): for tests that cannot wait. */
export async function sql(server: TestServer, statement: string): Promise<void> {
  const answer = await call(server, 'POST', '/api/test/sql', { body: { sql: statement } });
  if (answer.status !== 200) throw new Error(`sql: ${JSON.stringify(answer)}`);
}
