// Real SMTP conversations, good and bad, and what the owner hears of each (`backend.md`, "Messages").
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MessageRow, MessageState } from '../../src/lib/domain/api.ts';
import { startMailServer, type MailBehaviour, type MailServer } from '../world/mail-server.ts';
import { action, done, prepare } from './desk.ts';
import { director } from './paper.ts';
import { call, OWNER, sql } from './people.ts';
import { hire, openWorkspace, type Workspace } from './workspace.ts';
import { linkIn } from './drop.ts';

let mail: MailServer;
let workspace: Workspace;

const settings = (
  { port, user, password, certificateFile }: MailServer,
  more: Record<string, string> = {}
) => ({
  SMTP_HOST: '127.0.0.1',
  SMTP_PORT: String(port),
  SMTP_USER: user,
  SMTP_PASS: password,
  SMTP_FROM: 'contracts@workspace.example',
  SSL_CERT_FILE: certificateFile,
  ...more
});

beforeAll(async () => {
  mail = await startMailServer();
  workspace = await openWorkspace({ sql: true, env: settings(mail) });
});
beforeEach(() => {
  mail.behaviour = 'honest';
});
afterAll(async () => {
  await workspace.server.stop();
  await mail.stop();
});

const minute = () => call(workspace.server, 'POST', '/api/test/minute');
const rowsOf = async (document: string): Promise<MessageRow[]> =>
  (
    await call<{ messages: MessageRow[] }>(
      workspace.server,
      'GET',
      `documents/${document}/messages`,
      workspace.owner
    )
  ).body.messages;

/** A trial, and where it ended. */
async function trial({ server, owner } = workspace): Promise<MessageState> {
  const { body } = await call<{ id: string }>(server, 'POST', 'messages/test', {
    auth: owner.auth,
    body: { channel: 'email' }
  });
  const state = async () =>
    (await call<MessageState & object>(server, 'GET', `messages/test/${body.id}`, owner)).body;
  await expect.poll(async () => (await state()).status, { timeout: 10_000 }).not.toBe('waiting');
  return state();
}

/** A document whose first mail meets a server that behaves so. */
async function sentTo(address: string, behaviour: MailBehaviour): Promise<string> {
  mail.behaviour = behaviour;
  const sent = await prepare(workspace.server, workspace.owner, [director({ email: address })]);
  return sent.document;
}

describe('an honest server', () => {
  test('STARTTLS with a login: a trial reaches the owner', async () => {
    expect(await trial()).toMatchObject({ status: 'sent', problem: '', error: '', kept: false });
    const got = await mail.mailbox.next(({ to }) => to === OWNER.email);
    expect(got.subject).toBe('A trial from Test workspace');
    expect(got.from).toBe('"Test workspace" <contracts@workspace.example>');
  });

  test('TLS from the first byte, with a login', async () => {
    const other = await startMailServer({ implicit: true });
    const there = await openWorkspace({ env: settings(other, { SMTP_TLS: '1' }) });
    expect(await trial(there)).toMatchObject({ status: 'sent' });
    await other.mailbox.next(({ to }) => to === OWNER.email);
    await there.server.stop();
    // The same server, whose certificate nobody vouches for.
    const doubted = await openWorkspace({
      env: settings(other, { SMTP_TLS: '1', SSL_CERT_FILE: '/dev/null', SSL_CERT_DIR: '/nowhere' })
    });
    expect(await trial(doubted)).toMatchObject({ status: 'failed', problem: 'certificate' });
    await doubted.server.stop();
    await other.stop();
  });

  test('only the owner tries the settings', async () => {
    const mona = await hire(
      { ...workspace, drop: { next: (to: string) => mail.mailbox.next((one) => one.to === to) } as never },
      { name: 'Mona Manager', email: 'mona@workspace.example', role: 'manager' }
    );
    const refused = await call(workspace.server, 'POST', 'messages/test', { auth: mona.auth, body: {} });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const stranger = await call(workspace.server, 'POST', 'messages/test', { body: {} });
    expect(stranger.status).toBe(401);
  });
});

describe('a server that says no', () => {
  test.each([
    ['wrong-password', 'login', '535'],
    ['no-such-person', 'address', '550'],
    ['full-for-now', 'later', '452'],
    ['spam', 'content', '554'],
    ['closing', 'closed', 'EOF']
  ] as const)('%s: a trial fails and says why', async (behaviour, problem, said) => {
    mail.behaviour = behaviour;
    const state = await trial();
    expect(state).toMatchObject({ status: 'failed', problem });
    expect(state.error).toContain(said);
    expect(state.error).not.toContain(mail.password);
  });

  test.each([
    ['wrong-password', 'waiting', 'login'],
    ['full-for-now', 'waiting', 'later'],
    ['closing', 'waiting', 'closed'],
    ['no-such-person', 'failed', 'address'],
    ['spam', 'failed', 'content']
  ] as const)('%s: the mail to a party is %s', async (behaviour, status, problem) => {
    const address = `${behaviour}@acme.example`;
    const document = await sentTo(address, behaviour);
    await expect.poll(async () => (await rowsOf(document))[0]?.problem).toBe(problem);
    expect((await rowsOf(document))[0]).toMatchObject({ status, kind: 'turn', problem });
    // Mended: what waits goes out when it is due, what failed stays so until somebody sends it again.
    mail.behaviour = 'honest';
    await sql(workspace.server, `UPDATE messages SET due = 0 WHERE document = '${document}'`);
    await minute();
    await expect
      .poll(async () => (await rowsOf(document))[0]?.status)
      .toBe(status === 'waiting' ? 'sent' : 'failed');
    if (status === 'waiting') await mail.mailbox.next(({ to }) => to === address);
  });

  test('who keeps silent is found out, not waited for, and gets no second conversation until it speaks', async () => {
    // Only the two mails of this test are due: one that began before the silence is noticed hangs too.
    await sql(workspace.server, "UPDATE messages SET due = 9000000000000 WHERE status = 'waiting'");
    const before = mail.open;
    const document = await sentTo('quiet@acme.example', 'silent');
    await expect.poll(() => mail.open, { timeout: 20_000 }).toBe(before + 1);
    expect((await rowsOf(document))[0]).toMatchObject({ status: 'waiting', problem: '' });
    // Two minutes later: the lease is over, the first conversation still hangs, and another mail is due.
    await sql(workspace.server, `UPDATE messages SET lease = 1, due = 0 WHERE document = '${document}'`);
    const other = await sentTo('quiet2@acme.example', 'silent');
    for (const one of [document, other]) {
      await expect.poll(async () => (await rowsOf(one))[0]?.problem, { timeout: 20_000 }).toBe('no-answer');
      expect((await rowsOf(one))[0]?.status).toBe('waiting');
    }
    // The questions end, the first conversation hangs on alone.
    await expect.poll(() => mail.open, { timeout: 20_000 }).toBeLessThanOrEqual(before + 1);
    mail.behaviour = 'honest';
    await sql(workspace.server, `UPDATE messages SET due = 0 WHERE document IN ('${document}', '${other}')`);
    await minute();
    for (const to of ['quiet@acme.example', 'quiet2@acme.example'])
      await mail.mailbox.next((one) => one.to === to);
    expect((await rowsOf(document))[0]).toMatchObject({ status: 'sent', problem: '' });
  }, 60_000);
});

describe('once more', () => {
  const resend = (document: string, message: string, auth = workspace.owner.auth) =>
    call(workspace.server, 'POST', `documents/${document}/messages/${message}/resend`, { auth });
  const failedOnce = async (address: string): Promise<[string, MessageRow]> => {
    const document = await sentTo(address, 'no-such-person');
    await expect.poll(async () => (await rowsOf(document))[0]?.status).toBe('failed');
    mail.behaviour = 'honest';
    return [document, (await rowsOf(document))[0] as MessageRow];
  };

  test('a failed mail goes out again with a link of its own; not twice in a minute', async () => {
    const [document, row] = await failedOnce('again@acme.example');
    expect((await resend(document, row.id)).status).toBe(200);
    const got = await mail.mailbox.next(({ to }) => to === 'again@acme.example');
    expect(linkIn(got.text)).toMatch(/^[A-Za-z0-9]{43}$/);
    await expect
      .poll(async () => (await rowsOf(document)).map(({ status }) => status))
      .toEqual(['failed', 'sent']);
    const [, second] = await rowsOf(document);
    expect((await resend(document, second?.id ?? '')).body.code).toBe('rate-limited');
  });

  test('not for others, not for a message of another document, not when its time is over', async () => {
    const [document, row] = await failedOnce('over@acme.example');
    const [other] = await failedOnce('other@acme.example');
    expect((await resend(other, row.id)).body.code).toBe('not-found');
    const max = await hire(
      { ...workspace, drop: { next: (to: string) => mail.mailbox.next((one) => one.to === to) } as never },
      { name: 'Max Member', email: 'max@workspace.example', role: 'member' }
    );
    expect((await resend(document, row.id, max.auth)).body.code).toBe('not-found');
    await done(workspace.server, workspace.owner, action('document.void', document, 3, { reason: 'late' }));
    expect((await resend(document, row.id)).body.code).toBe('not-open');
  });
});
