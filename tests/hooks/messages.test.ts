// Mail and SMS really arrive: through an SMTP conversation, and through Kannel and its fake carrier.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageRow, Ready } from '../../src/lib/domain/api.ts';
import { startMailbox, type Mailbox } from '../world/mailbox.ts';
import { startSms, type SmsGateway } from '../world/sms.ts';
import { action, done, enter, one, prepare, type Sent } from './desk.ts';
import { codeIn, Drop, linkIn } from './drop.ts';
import { client, director } from './paper.ts';
import { call, OWNER, setUp, signIn, sql, type SignedIn } from './people.ts';
import { startServer, type TestServer } from './server.ts';

let mailbox: Mailbox;
let carrier: SmsGateway;
let server: TestServer;
let owner: SignedIn;

beforeAll(async () => {
  [mailbox, carrier] = await Promise.all([startMailbox(), startSms()]);
  server = await startServer({
    sql: true,
    env: {
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(mailbox.port),
      SMTP_FROM: 'contracts@workspace.example',
      SMS_PROVIDER: 'kannel',
      SMS_URL: carrier.url,
      SMS_USER: carrier.user,
      SMS_PASS: carrier.password,
      SMS_FROM: 'SIGN',
      TSA_URL: 'http://127.0.0.1:9/tsa'
    }
  });
  await setUp(server);
  owner = await signIn(server, OWNER.email, OWNER.password);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await Promise.all([mailbox.stop(), carrier.stop()]);
});

const messagesOf = async (sent: Sent): Promise<readonly MessageRow[]> =>
  (await call<{ messages: MessageRow[] }>(server, 'GET', `documents/${sent.document}/messages`, owner)).body
    .messages;

test('ready says that mail, SMS and a timestamp authority are there', async () => {
  const ready = await call<Ready & object>(server, 'GET', 'ready');
  expect(ready.body).toMatchObject({ ready: true, setUp: true, mail: true, sms: true });
  expect(ready.body).toMatchObject({ timestamps: true, problems: [] });
});

test('the director gets a mail with a link, and a code by mail', async () => {
  const dora = director({ email: 'dora@acme.example', name: 'Dóra Director' });
  const sent = await prepare(server, owner, [dora, client()], 'send', 'Umowa o dzieło „Żółw”');
  const mail = await mailbox.next((one) => one.to === 'dora@acme.example');
  expect(mail.subject).toBe('Please sign: Umowa o dzieło „Żółw”');
  expect(mail.from).toContain('contracts@workspace.example');
  expect(mail.from).toContain('Test workspace');
  const token = linkIn(mail.text);
  expect(mail.text).toContain(`${server.url}/sign#${token}`);
  expect(mail.html).toContain(`href="${server.url}/sign#${token}"`);
  const session = await enter(server, token, async () =>
    codeIn((await mailbox.next((one) => /is your code/.test(one.subject))).text)
  );
  expect(session.document.id).toBe(sent.document);
  expect((await messagesOf(sent)).map((row) => [row.kind, row.status, row.masked])).toEqual([
    ['turn', 'sent', 'd…@a….example'],
    ['code', 'sent', 'd…@a….example']
  ]);
});

test('a mail fits dark and light, loads nothing, and tracks nothing', async () => {
  const sent = await prepare(server, owner, [director({ email: 'look@acme.example' })]);
  const { html } = await mailbox.next((one) => one.to === 'look@acme.example');
  expect(html).toContain('name="color-scheme" content="light dark"');
  expect(html).toContain('prefers-color-scheme:dark');
  expect(html).not.toMatch(/<(img|link|script|iframe)\b|url\(|@import/i);
  const hosts = [...html.matchAll(/https?:\/\/([^/"<\s]+)/g)].map((match) => match[1]);
  expect(new Set(hosts)).toEqual(new Set([new URL(server.url).host]));
  expect(html.length).toBeLessThan(20_000);
  expect(sent.document).toHaveLength(15);
});

test('M2: a name can be neither markup nor a link in a mail', async () => {
  const title = 'Pay at https://evil.example or www.evil.example <b>now</b> x@evil.example';
  await prepare(server, owner, [director({ email: 'names@acme.example' })], 'send', title);
  const mail = await mailbox.next((one) => one.to === 'names@acme.example');
  for (const text of [mail.subject, mail.text, mail.html]) {
    expect(text).not.toMatch(/https?:\/\/evil|www\.evil|@evil/);
  }
  expect(mail.html).toContain('&lt;b&gt;now&lt;/b&gt;');
  expect(mail.html).not.toContain('<b>');
});

test('M2: the sender’s own words are plain text, with their lines, and nothing in them becomes a link', async () => {
  const dora = director({ email: 'words@acme.example' });
  const { document } = await prepare(server, owner, [dora], 'freeze');
  const message = 'Dear Dora,\nsee <b>page 2</b> and https://evil.example/pay or mail bad@evil.example.';
  const sending = (text: string) => action('document.send', document, 2, { message: text });
  for (const bad of ['turned \u202e round', 'a\u0000b', 'x'.repeat(501)])
    expect(await one(server, owner, sending(bad))).toMatchObject({ code: 'bad-request' });
  await done(server, owner, sending(message));
  const mail = await mailbox.next(({ to }) => to === 'words@acme.example');
  const seen = (text: string) => text.replaceAll('\u200c', '');
  expect(seen(mail.text)).toContain(message.replace(/^/gm, '> '));
  expect(seen(mail.html)).toContain('Dear Dora,<br>see &lt;b&gt;page 2&lt;/b&gt; and');
  for (const text of [mail.text, mail.html]) expect(text).not.toMatch(/https?:\/\/evil|@evil|evil\.example/);
  expect([...mail.html.matchAll(/<a /g)]).toHaveLength(2);
  expect(mail.size).toBeLessThan(100_000);
});

test('the client gets an SMS with a link, a code by SMS, and the report says delivered', async () => {
  const cleo = client({ order: 0, phone: '+48600700800' });
  const sent = await prepare(server, owner, [cleo], 'send', 'Contract 7/2026');
  const sms = await carrier.next((one) => one.to === '+48600700800');
  expect(sms.from).toBe('SIGN');
  expect(sms.text).toContain('Contract 7/2026');
  const session = await enter(server, linkIn(sms.text), async () => {
    const code = await carrier.next((one) => one.to === '+48600700800' && / is your code /.test(one.text));
    return codeIn(code.text);
  });
  expect(session.party.id).toBe(cleo.id);
  await expect
    .poll(async () => (await messagesOf(sent)).map((row) => row.status), { timeout: 15_000 })
    .toEqual(['delivered', 'delivered']);
});

test('letters outside GSM 03.38 arrive as they were written', async () => {
  await prepare(server, owner, [client({ order: 0, phone: '+48600700801' })], 'send', 'Umowa – żółć');
  const sms = await carrier.next((one) => one.to === '+48600700801');
  expect(sms.text).toContain('Umowa – żółć');
});

test('a delivery report without the right seal is refused, and none moves a status back', async () => {
  const forged = await call(server, 'GET', `sms/kannel?m=${'a'.repeat(15)}&s=${'0'.repeat(64)}&d=1`);
  expect([forged.status, forged.body.code]).toEqual([404, 'not-found']);
});

test('a mail server that refuses for now is tried again, one that says no such person is not', async () => {
  const stopped = mailbox;
  const refusing = await startMailbox({
    onRcptTo(address, _session, done) {
      const error = new Error('no such person') as Error & { responseCode: number };
      error.responseCode = address.address.startsWith('never') ? 550 : 451;
      done(error);
    }
  });
  expect(stopped.port).not.toBe(refusing.port);
  const other = await startServer({
    sql: true,
    env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(refusing.port), SMTP_FROM: 'c@w.example' }
  });
  await setUp(other);
  const me = await signIn(other, OWNER.email, OWNER.password);
  const later = await prepare(other, me, [director({ email: 'later@acme.example' })]);
  const never = await prepare(other, me, [director({ email: 'never@acme.example' })]);
  const rows = async (sent: Sent) =>
    (await call<{ messages: MessageRow[] }>(other, 'GET', `documents/${sent.document}/messages`, me)).body
      .messages;
  await expect.poll(async () => (await rows(never))[0]?.status).toBe('failed');
  await expect.poll(async () => (await rows(later))[0]?.error).toContain('451');
  expect((await rows(later))[0]?.status).toBe('waiting');
  // The last of eight tries: then it is failed, where the owner sees it.
  await sql(other, "UPDATE messages SET tries = 7, due = 0 WHERE status = 'waiting'");
  await prepare(other, me, [director({ email: 'never2@acme.example' })]);
  await expect.poll(async () => (await rows(later))[0]?.status).toBe('failed');
  await other.stop();
  await refusing.stop();
});

test('a mail server that says nothing holds up nobody', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer();
  await new Promise<void>((yes) => silent.listen(0, '127.0.0.1', yes));
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const other = await startServer({ env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port) } });
  await setUp(other);
  const me = await signIn(other, OWNER.email, OWNER.password);
  const started = Date.now();
  for (const name of ['a', 'b', 'c']) await prepare(other, me, [director({ email: `${name}@acme.example` })]);
  expect(Date.now() - started).toBeLessThan(20_000);
  await other.kill9();
  silent.close();
});

test('with nothing configured a message is a file and stands in the terminal', async () => {
  const bare = await startServer();
  await setUp(bare);
  const me = await signIn(bare, OWNER.email, OWNER.password);
  await prepare(bare, me, [director({ email: 'file@acme.example' })]);
  const message = await new Drop(bare).next('file@acme.example', 'turn');
  await expect.poll(() => bare.log()).toContain(`sign#${linkIn(message.text)}`);
  const ready = await call<Ready & object>(bare, 'GET', 'ready');
  expect(ready.body.problems).toEqual(
    ['SMTP_HOST', 'SMS_PROVIDER', 'TSA_URL'].map((name) => expect.stringContaining(`No ${name} is set`))
  );
  await bare.stop();
});
