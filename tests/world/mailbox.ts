import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { freePort } from './ports.ts';
import { Arrivals } from './arrivals.ts';

export interface Mail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailbox extends Arrivals<Mail> {
  readonly port: number;
  stop(): Promise<void>;
}

/** A real SMTP server on loopback that keeps what it receives. Plain unless `options` say otherwise. */
export async function startMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const port = await freePort();
  const arrivals = new Arrivals<Mail>('mail');
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      simpleParser(stream)
        .then((mail) => {
          const to = session.envelope.rcptTo.map((one) => one.address).join(',');
          arrivals.add({
            to,
            from: mail.from?.text ?? '',
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            html: typeof mail.html === 'string' ? mail.html : ''
          });
          done();
        })
        .catch(done);
    },
    ...options
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return Object.assign(arrivals, {
    port,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve()))
  });
}
