// A mail server as they are out there: STARTTLS with a login, or TLS from the first byte, and every way to say no.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailbox, type Mailbox } from './mailbox.ts';

export type MailBehaviour =
  | 'honest'
  /** Accepts the connection and says nothing, ever. */
  | 'silent'
  /** Closes in the middle of the conversation. */
  | 'closing'
  | 'wrong-password'
  /** 550 to the recipient. */
  | 'no-such-person'
  /** 452 to the recipient. */
  | 'full-for-now'
  /** 554 to the content. */
  | 'spam';

export interface MailServer {
  readonly port: number;
  readonly mailbox: Mailbox;
  behaviour: MailBehaviour;
  /** Connections that are open now. */
  readonly open: number;
  /** For SSL_CERT_FILE. */
  readonly certificateFile: string;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

const refusal = (code: number, words: string): Error =>
  Object.assign(new Error(words), { responseCode: code });

/** `implicit`: TLS from the first byte (port 465), else STARTTLS. A login is needed in both. */
export async function startMailServer({ implicit = false } = {}): Promise<MailServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mail-'));
  const [key, cert] = [join(folder, 'mail.key'), join(folder, 'mail.crt')];
  execFileSync(
    'openssl',
    // prettier-ignore
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30',
      '-subj', '/CN=mail.example', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    { stdio: 'pipe' }
  );
  const [user, password] = ['postmaster@mail.example', 'p4ss wörd'];
  let behaviour: MailBehaviour = 'honest';
  const sockets = new Set<Socket>();
  const mailbox = await startMailbox({
    key: readFileSync(key),
    cert: readFileSync(cert),
    secure: implicit,
    authOptional: false,
    onAuth(auth, _session, done) {
      const right = auth.username === user && auth.password === password && behaviour !== 'wrong-password';
      if (right) done(null, { user });
      else done(refusal(535, '5.7.8 Authentication credentials invalid'));
    },
    onRcptTo(_address, _session, done) {
      if (behaviour === 'closing') for (const socket of sockets) socket.destroy();
      if (behaviour === 'no-such-person') return done(refusal(550, '5.1.1 No such person here'));
      if (behaviour === 'full-for-now') return done(refusal(452, '4.2.2 Mailbox full'));
      done();
    }
  });
  const judge = mailbox.judge;
  mailbox.judge = (mail) => (behaviour === 'spam' ? refusal(554, '5.7.1 Looks like spam') : judge(mail));

  const front = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (behaviour === 'silent') return void socket.resume();
    const inner = connect(mailbox.port, '127.0.0.1');
    inner.on('error', () => socket.destroy());
    socket.once('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  return {
    port: (front.address() as AddressInfo).port,
    mailbox,
    certificateFile: cert,
    user,
    password,
    get open() {
      return sockets.size;
    },
    get behaviour() {
      return behaviour;
    },
    set behaviour(next) {
      behaviour = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => front.close(() => closed()));
      await mailbox.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
