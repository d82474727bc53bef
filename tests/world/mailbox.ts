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
  readonly replyTo: string;
  /** The whole message as it came. */
  readonly size: number;
  /** Names of attached files. */
  readonly attachments: readonly string[];
}

export interface Mailbox extends Arrivals<Mail> {
  readonly port: number;
  /** Says no to a mail that is there already, or null. */
  judge(mail: Mail): Error | null;
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
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.once('end', () => {
        const whole = Buffer.concat(parts);
        simpleParser(whole)
          .then((mail) => {
            const to = session.envelope.rcptTo.map((one) => one.address).join(',');
            const arrived = {
              to,
              from: mail.from?.text ?? '',
              subject: mail.subject ?? '',
              text: mail.text ?? '',
              html: typeof mail.html === 'string' ? mail.html : '',
              replyTo: mail.replyTo?.text ?? '',
              size: whole.length,
              attachments: mail.attachments.map(({ filename, contentType }) => filename ?? contentType)
            };
            const refused = mailbox.judge(arrived);
            if (refused === null) arrivals.add(arrived);
            done(refused);
          })
          .catch(done);
      });
    },
    ...options
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const mailbox: Mailbox = Object.assign(arrivals, {
    port,
    judge: (_mail: Mail): Error | null => null,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve()))
  });
  return mailbox;
}
