import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { startServer, type TestServer } from '../hooks/server.ts';
import { startTimeAuthority } from '../world/authority.ts';
import { startMailbox, type Mailbox } from '../world/mailbox.ts';
import { startSms, type SmsGateway } from '../world/sms.ts';

/** A server of its own for each test, with its mail server and SMS gateway. */
export interface World {
  readonly server: TestServer;
  readonly mail: Mailbox;
  readonly sms: SmsGateway;
}

/** Trouble that no test may cause anywhere: a blocked script, an error nobody caught. */
function watch(page: Page, trouble: string[]): void {
  page.on('pageerror', (error) => trouble.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript|Refused to/.test(message.text()))
      trouble.push(`${page.url()}: ${message.text()}`);
  });
}

interface Fixtures {
  /** Whether the server has a time authority. */
  timed: boolean;
  world: World;
  /** A further browser profile: another person, another device. */
  newDevice: (
    options?: Parameters<import('@playwright/test').Browser['newContext']>[0]
  ) => Promise<BrowserContext>;
}

export const test = base.extend<Fixtures>({
  timed: [false, { option: true }],
  world: [
    async ({ timed }, use) => {
      const [mail, sms] = await Promise.all([startMailbox(), startSms()]);
      const authority = timed ? await startTimeAuthority() : null;
      const server = await startServer({
        app: true,
        env: {
          SMTP_HOST: '127.0.0.1',
          SMTP_PORT: String(mail.port),
          SMTP_FROM: 'countersign@countersign.example',
          SMS_PROVIDER: 'kannel',
          SMS_URL: sms.url,
          SMS_USER: sms.user,
          SMS_PASS: sms.password,
          SMS_FROM: 'SIGN',
          ...(authority && { TSA_URL: authority.url, TSA_CA: authority.rootFile })
        }
      });
      await use({ server, mail, sms });
      // A verifier that came with the document proves nothing (`security.md` W7): no message carries one.
      const attached = mail.all.flatMap(({ attachments }) => attachments);
      expect(attached.filter((name) => /html/i.test(name))).toEqual([]);
      await server.stop();
      await Promise.all([mail.stop(), sms.stop(), authority?.close()]);
    },
    { timeout: 180_000 }
  ],
  newDevice: async ({ browser, world }, use) => {
    const trouble: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: world.server.url, ...options });
      contexts.push(context);
      context.on('page', (page) => watch(page, trouble));
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(trouble).toEqual([]);
  }
});

export { expect };

/** The link in a message's text. */
export function linkIn(text: string): string {
  const match = /https?:\/\/\S+#[A-Za-z0-9]+/.exec(text);
  if (match === null) throw new Error(`no link in: ${text}`);
  return match[0];
}

/** The six digits in a message's text. */
export function codeIn(text: string): string {
  const match = /(?<![#\d])\b(\d{6})\b/.exec(text);
  if (match?.[1] === undefined) throw new Error(`no code in: ${text}`);
  return match[1];
}
