// A time authority of the tests: `openssl ts -reply` behind HTTP, and every way in which one can fail or lie.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign as signWith, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  der,
  generalizedTime,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  setOf,
  tagged
} from '../../src/lib/asn1/der.ts';
import { raw, readWhole, Tag } from '../../src/lib/asn1/ber.ts';
import { parseCertificate, type Certificate } from '../../src/lib/pki/certificate.ts';
import { hashBytes } from '../../src/lib/pki/hash.ts';
import { readTimestampRequest, type TimestampRequest } from '../../src/lib/sign/timestamp.ts';

export type Behaviour =
  | 'honest'
  /** Takes the request and never answers. */
  | 'silent'
  /** Answers rightly, after `delay` milliseconds. */
  | 'slow'
  | 'error'
  | 'refusing'
  | 'garbage'
  | 'huge'
  | 'wrong-imprint'
  | 'wrong-nonce'
  | 'wrong-usage'
  | 'expired'
  | 'wrong-time'
  | 'wrong-signature'
  /** Rightly made by an authority that nobody named. */
  | 'stranger';

export interface TimeAuthority {
  readonly url: string;
  behaviour: Behaviour;
  delay: number;
  /** What the configuration names: `TSA_CA`. */
  readonly rootFile: string;
  readonly root: Certificate;
  readonly certificate: Certificate;
  /** Its root's revocation list, DER, which it serves too. */
  readonly crl: Uint8Array;
  /** How often it was asked. */
  readonly asked: number;
  close(): Promise<void>;
}

const CONFIG = `
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:URL/root.crl
[loose]
keyUsage = critical,digitalSignature
extendedKeyUsage = timeStamping,emailProtection
[ca]
default_ca = own
[own]
database = index.txt
default_md = sha256
crlnumber = crlnumber
[time]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;

interface Maker {
  readonly certificate: Certificate;
  readonly key: string;
}

/** A token as it should not be: `told` changes what it says, `by` who signs. */
function makeToken(
  request: TimestampRequest,
  by: Maker,
  told: { imprint?: Uint8Array; nonce?: bigint; time?: number; spoil?: boolean } = {}
): Uint8Array {
  const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue());
  const info = sequence(
    integer(1),
    oid('1.2.3.4.1'),
    sequence(sha256, octetString(told.imprint ?? request.imprint)),
    integer(BigInt(`0x${randomBytes(8).toString('hex')}`)),
    generalizedTime(told.time ?? Date.now()),
    integer(told.nonce ?? request.nonce)
  );
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value));
  const attributes = setOf(
    attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.9.16.1.4')),
    attribute('1.2.840.113549.1.9.4', octetString(hashBytes('SHA-256', info))),
    attribute(
      '1.2.840.113549.1.9.16.2.47',
      sequence(sequence(sequence(octetString(hashBytes('SHA-256', by.certificate.der)))))
    )
  );
  const signature = new Uint8Array(signWith('sha256', attributes, createPrivateKey(by.key)));
  if (told.spoil === true) signature[signature.length - 1] = (signature[signature.length - 1] ?? 0) ^ 1;
  const signed = attributes.slice();
  signed[0] = 0xa0;
  const bag = raw(readWhole(by.certificate.der));
  return sequence(
    oid('1.2.840.113549.1.7.2'),
    tagged(
      0,
      sequence(
        integer(3),
        setOf(sha256),
        sequence(oid('1.2.840.113549.1.9.16.1.4'), tagged(0, octetString(info))),
        der(0xa0, bag),
        setOf(
          sequence(
            integer(1),
            sequence(by.certificate.issuer.der, der(Tag.integer, by.certificate.serial)),
            sha256,
            signed,
            sequence(oid('1.2.840.10045.4.3.2')),
            octetString(signature)
          )
        )
      )
    )
  );
}

const granted = (token: Uint8Array): Uint8Array => sequence(sequence(integer(0)), token);

export async function startTimeAuthority(name = 'Example Time'): Promise<TimeAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-time-'));
  const run = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = (name: string) => join(folder, name);
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(file('own.cnf'), CONFIG.replace('URL', url));
  writeFileSync(file('serial'), '01\n');
  writeFileSync(file('crlnumber'), '01\n');
  writeFileSync(file('index.txt'), '');

  const key = (who: string) =>
    run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${who}.key`);
  const root = (who: string, common: string) => {
    key(who);
    run(
      'req',
      '-x509',
      '-new',
      '-key',
      `${who}.key`,
      '-subj',
      `/CN=${common}`,
      '-days',
      '3650',
      '-config',
      'own.cnf',
      '-extensions',
      'root',
      '-out',
      `${who}.crt`
    );
  };
  let serial = 1;
  const issue = (who: string, by: string, extensions: string, ...days: string[]): Maker => {
    key(who);
    run(
      'req',
      '-new',
      '-key',
      `${who}.key`,
      '-subj',
      `/CN=${name} ${who}`,
      '-config',
      'own.cnf',
      '-out',
      `${who}.csr`
    );
    run(
      'x509',
      '-req',
      '-in',
      `${who}.csr`,
      '-CA',
      `${by}.crt`,
      '-CAkey',
      `${by}.key`,
      '-set_serial',
      String(++serial),
      '-extfile',
      'own.cnf',
      '-extensions',
      extensions,
      '-out',
      `${who}.crt`,
      ...days
    );
    return { certificate: certificateOf(who), key: readFileSync(file(`${who}.key`), 'utf8') };
  };
  const certificateOf = (who: string) =>
    parseCertificate(new Uint8Array(run('x509', '-in', `${who}.crt`, '-outform', 'DER')));

  root('root', `${name} Root`);
  root('other', 'Nobody Named');
  const honest = issue('tsa', 'root', 'tsa', '-days', '365');
  const loose = issue('loose', 'root', 'loose', '-days', '365');
  const stranger = issue('stranger', 'other', 'tsa', '-days', '365');
  // Its end lies a day before its beginning.
  const expired = issue('expired', 'root', 'tsa', '-days', '-1');
  run(
    'ca',
    '-config',
    'own.cnf',
    '-gencrl',
    '-crldays',
    '30',
    '-keyfile',
    'root.key',
    '-cert',
    'root.crt',
    '-out',
    'root.crl'
  );
  const crl = new Uint8Array(run('crl', '-in', 'root.crl', '-outform', 'DER'));

  let asked = 0;
  const state: { behaviour: Behaviour; delay: number } = { behaviour: 'honest', delay: 5_000 };

  const reply = (query: Buffer): Uint8Array => {
    writeFileSync(file('query'), query);
    run(
      'ts',
      '-reply',
      '-config',
      'own.cnf',
      '-section',
      'one',
      '-queryfile',
      'query',
      '-signer',
      'tsa.crt',
      '-inkey',
      'tsa.key',
      '-out',
      'answer'
    );
    return readFileSync(file('answer'));
  };
  const lie = (query: Buffer): Uint8Array => {
    const request = readTimestampRequest(query);
    switch (state.behaviour) {
      case 'wrong-imprint':
        return granted(makeToken(request, honest, { imprint: hashBytes('SHA-256', Uint8Array.of(1)) }));
      case 'wrong-nonce':
        return granted(makeToken(request, honest, { nonce: request.nonce + 1n }));
      case 'wrong-usage':
        return granted(makeToken(request, loose));
      case 'expired':
        return granted(makeToken(request, expired));
      case 'wrong-time':
        return granted(makeToken(request, honest, { time: Date.now() - 3_600_000 }));
      case 'wrong-signature':
        return granted(makeToken(request, honest, { spoil: true }));
      case 'stranger':
        return granted(makeToken(request, stranger));
      case 'refusing':
        return sequence(sequence(integer(2)));
      case 'garbage':
        return randomBytes(700);
      case 'huge':
        return new Uint8Array(5 << 20);
      default:
        return reply(query);
    }
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/root.crl') return void response.end(crl);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked += 1;
    if (state.behaviour === 'silent') return;
    if (state.behaviour === 'error') return void response.writeHead(503).end();
    if (state.behaviour === 'slow') await new Promise((done) => setTimeout(done, state.delay));
    response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
    response.end(lie(Buffer.concat(parts)));
  };
  server.on('request', (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  return {
    url,
    rootFile: file('root.crt'),
    root: certificateOf('root'),
    certificate: honest.certificate,
    crl,
    get asked() {
      return asked;
    },
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(next) {
      state.behaviour = next;
    },
    get delay() {
      return state.delay;
    },
    set delay(next) {
      state.delay = next;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          done();
        });
      })
  };
}
