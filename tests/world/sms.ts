import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arrivals } from './arrivals.ts';
import { freePort, listening } from './ports.ts';

export interface Sms {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export interface SmsGateway extends Arrivals<Sms> {
  /** Kannel's sendsms address, for SMS_URL. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** `Got message 3: <SIGN +48600100200 text Code: 1…>`: what the fake carrier prints for each message. */
const GOT = /Got message \d+: <(\S+) (\S+) (text|ucs-2|udh) (.*)>\s*$/;
/** Header of a part (3GPP TS 23.040 §9.2.3.24.1): reference, number of parts, place of this one. */
const PART = /^%05%00%03(%..|.)(%..|.)(%..|.) (data|ucs-2) (.*)$/;

const unescape = (url: string): Buffer =>
  Buffer.from(
    url
      .replace(/\+/g, ' ')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1'
  );

/** `text` stands as it was sent; `ucs-2` is URL-encoded UTF-16; `data` is URL-encoded. */
function decode(kind: string, body: string): string {
  if (kind === 'text') return body;
  return kind === 'ucs-2' ? unescape(body).swap16().toString('utf16le') : unescape(body).toString('latin1');
}

/** Puts the parts of long messages together; answers null until the last part is there. */
class Parts {
  readonly #texts = new Map<string, string[]>();

  join(header: string): string | null {
    const match = PART.exec(header);
    if (match === null) throw new Error(`not a part of a message: ${header}`);
    const [, reference = '', total = '', place = '', kind = '', body = ''] = match;
    const texts = this.#texts.get(reference) ?? [];
    this.#texts.set(reference, texts);
    texts[(unescape(place)[0] ?? 1) - 1] = decode(kind, body);
    if (Object.keys(texts).length < (unescape(total)[0] ?? 1)) return null;
    this.#texts.delete(reference);
    const text = texts.join('');
    // A part does not say its alphabet; no text of the default alphabet holds a NUL.
    return text.includes('\0') ? Buffer.from(text, 'latin1').swap16().toString('utf16le') : text;
  }
}

/**
 * Before Kannel: its fake carrier reads line by line, so a text of several lines goes as UCS-2, which it writes
 * URL-encoded. Real carriers need nothing of it.
 */
async function startFront(kannel: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', kannel);
    if (url.searchParams.get('text')?.includes('\n') === true) url.searchParams.set('coding', '2');
    get(url, (answer) => {
      response.writeHead(answer.statusCode ?? 502);
      answer.pipe(response);
    }).on('error', () => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close().closeAllConnections()
  };
}

function run(program: string, args: string[], cwd: string, children: ChildProcess[]): ChildProcess {
  // Both boxes log to their files and to their terminal: a pipe that nobody reads would stop them for ever.
  const output = program.endsWith('fakesmsc') ? 'pipe' : 'ignore';
  const child = spawn(program, args, { cwd, stdio: ['ignore', output, output] });
  children.push(child);
  return child;
}

/** Kannel with its fake carrier: the whole way of an SMS but the air. */
export async function startSms(): Promise<SmsGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-sms-'));
  mkdirSync(join(dir, 'kannel'));
  const [admin, box, send, carrier] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  writeFileSync(
    join(dir, 'kannel.conf'),
    `group = core
admin-port = ${admin}
admin-interface = "127.0.0.1"
admin-password = adminpw
status-password = statuspw
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = ${box}
smsbox-interface = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
store-type = file
store-location = "kannel/kannel.store"
log-file = "kannel/bearerbox.log"

group = smsc
smsc = fake
smsc-id = FAKE
port = ${carrier}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${box}
sendsms-port = ${send}
sendsms-interface = "127.0.0.1"
sendsms-chars = "0123456789 +-"
log-file = "kannel/smsbox.log"
global-sender = 13013

group = sendsms-user
username = countersign
password = kannel-secret
user-allow-ip = "127.0.0.1"
max-messages = 10
concatenation = true

group = sms-service
keyword = default
text = "no service"
`
  );
  const arrivals = new Arrivals<Sms>('SMS');
  const parts = new Parts();
  const children: ChildProcess[] = [];
  // A test run that dies must not leave a gateway behind.
  process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));
  run('bearerbox', ['kannel.conf'], dir, children);
  await Promise.all([listening(carrier), listening(box)]);
  const fake = run(
    '/usr/lib/kannel/test/fakesmsc',
    ['-H', '127.0.0.1', '-r', String(carrier), '-m', '0', '1 2 text nop'],
    dir,
    children
  );
  let rest = '';
  const read = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const match = GOT.exec(line);
      if (match === null) continue;
      const [, from = '', to = '', kind = '', body = ''] = match;
      const text = kind === 'udh' ? parts.join(body) : decode(kind, body);
      if (text !== null) arrivals.add({ from, to, text });
    }
  };
  fake.stdout?.on('data', read);
  fake.stderr?.on('data', read);
  run('smsbox', ['kannel.conf'], dir, children);
  await listening(send);
  const front = await startFront(`http://127.0.0.1:${send}`);
  return Object.assign(arrivals, {
    url: `${front.url}/cgi-bin/sendsms`,
    user: 'countersign',
    password: 'kannel-secret',
    stop: async () => {
      front.close();
      await Promise.all(
        children.reverse().map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null) return resolve();
              child.once('exit', () => resolve());
              child.kill('SIGKILL');
            })
        )
      );
      rmSync(dir, { recursive: true, force: true });
    }
  });
}
