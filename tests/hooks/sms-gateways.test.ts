// Gateways shaped by their documentation: what they are asked, what their answers mean, and that a report counts
// only when the gateway proves that it is its own.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { MessageRow, MessageState, Ready } from '../../src/lib/domain/api.ts';
import { startGateway, type Gateway } from '../world/gateway.ts';
import { linkIn } from './drop.ts';
import { enter, prepare } from './desk.ts';
import { client } from './paper.ts';
import { call } from './people.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

const PUBLIC = 'https://sign.workspace.example';
let gateway: Gateway;
let workspace: Workspace;
afterEach(async () => {
  await workspace.server.stop();
  await gateway.stop();
});

async function start(env: (url: string) => Record<string, string>): Promise<void> {
  gateway = await startGateway();
  workspace = await openWorkspace({ env: { APP_URL: PUBLIC, ...env(gateway.url) } });
}

async function sent(title = 'Umowa – „Żółw”') {
  const cleo = client({ order: 0, phone: '+48600700800' });
  const { document } = await prepare(workspace.server, workspace.owner, [cleo], 'send', title);
  const rows = async () =>
    (
      await call<{ messages: MessageRow[] }>(
        workspace.server,
        'GET',
        `documents/${document}/messages`,
        workspace.owner
      )
    ).body.messages;
  return { document, rows, status: async () => (await rows())[0]?.status };
}

/** A report as the gateway sends it, to the local address of the public one that it was given. */
async function report(path: string, init: RequestInit): Promise<number> {
  const response = await fetch(`${workspace.server.url}/api/countersign/sms/${path}`, init);
  return response.status;
}

/** What a trial to a number comes to. */
async function trial(): Promise<MessageState> {
  const { server, owner } = workspace;
  const body = { channel: 'sms', address: '+48 600 700 800' };
  const { id } = (await call<{ id: string }>(server, 'POST', 'messages/test', { ...owner, body })).body;
  const state = async () =>
    (await call<MessageState & object>(server, 'GET', `messages/test/${id}`, owner)).body;
  await expect.poll(async () => (await state()).status).not.toBe('waiting');
  return state();
}

describe('Twilio', () => {
  const [sid, token] = ['AC00000000000000000000000000000001', 'an auth token'];
  const twilio = (url: string) => ({
    SMS_PROVIDER: 'twilio',
    SMS_URL: url,
    SMS_USER: sid,
    SMS_PASS: token,
    SMS_FROM: '+15550100'
  });
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;

  test('takes a form, and its signed reports move the status forward only', async () => {
    await start(twilio);
    gateway.answer = {
      status: 201,
      body: JSON.stringify({ sid: 'SM1', status: 'queued', error_code: null })
    };
    const { status } = await sent();
    const asked = await gateway.next();
    expect(asked).toMatchObject({ method: 'POST', url: `/2010-04-01/Accounts/${sid}/Messages.json` });
    expect(asked.headers).toMatchObject({
      authorization,
      'content-type': 'application/x-www-form-urlencoded'
    });
    const form = new URLSearchParams(asked.body);
    expect([form.get('To'), form.get('From')]).toEqual(['+48600700800', '+15550100']);
    expect(form.get('Body')).toContain('Umowa – „Żółw”');
    const callback = form.get('StatusCallback') ?? '';
    expect(callback.startsWith(`${PUBLIC}/api/countersign/sms/twilio?`)).toBe(true);
    await expect.poll(status).toBe('sent');

    const query = callback.split('?')[1] ?? '';
    /** X-Twilio-Signature by the documentation: the address, then each field by name with its value. */
    const signed = (fields: Record<string, string>, key = token) => {
      const text = Object.keys(fields)
        .sort()
        .reduce((all, name) => all + name + (fields[name] ?? ''), callback);
      return report(`twilio?${query}`, {
        method: 'POST',
        headers: { 'X-Twilio-Signature': createHmac('sha1', key).update(text).digest('base64') },
        body: new URLSearchParams(fields)
      });
    };
    const fields = { MessageSid: 'SM1', To: '+48600700800', From: '+15550100', AccountSid: sid };
    expect(await signed({ ...fields, MessageStatus: 'delivered' }, 'another token')).toBe(404);
    expect(await report(`twilio?${query}`, { method: 'POST', body: 'MessageStatus=delivered' })).toBe(404);
    expect(await report(`kannel?${query}&d=1`, {})).toBe(404);
    expect(await status()).toBe('sent');
    expect(await signed({ ...fields, MessageStatus: 'delivered' })).toBe(200);
    expect(await status()).toBe('delivered');
    expect(await signed({ ...fields, MessageStatus: 'failed', ErrorCode: '30003' })).toBe(200);
    expect(await status()).toBe('delivered');
  });

  test('what a refusal means, and no secret in what the owner reads', async () => {
    await start(twilio);
    const refusals = [
      [400, { code: 21211, message: 'Invalid To' }, 'address'],
      [401, { code: 20003, message: 'Authenticate' }, 'login'],
      [429, { code: 20429, message: 'Too many requests' }, 'later']
    ] as const;
    for (const [status, body, problem] of refusals) {
      gateway.answer = { status, body: JSON.stringify(body) };
      const state = await trial();
      expect(state).toMatchObject({ status: 'failed', problem });
      expect(state.error).toContain(body.message);
      expect(state.error).not.toContain(token);
    }
  });
});

describe('SMS Gateway for Android', () => {
  const smsgate = (url: string) => ({
    SMS_PROVIDER: 'smsgate',
    SMS_URL: `${url}/3rdparty/v1/message`,
    SMS_USER: 'phone',
    SMS_PASS: 'its password',
    SMS_SECRET: 'signing key'
  });

  test('takes JSON with our id, so that a second try is none; its webhooks are signed and fresh', async () => {
    await start(smsgate);
    gateway.answer = { status: 202, body: JSON.stringify({ id: 'x', state: 'Pending' }) };
    const { rows, status } = await sent();
    const asked = await gateway.next();
    expect(asked).toMatchObject({ method: 'POST', url: '/3rdparty/v1/message' });
    expect(asked.headers.authorization).toBe(`Basic ${Buffer.from('phone:its password').toString('base64')}`);
    const { id, ...rest } = JSON.parse(asked.body) as Record<string, unknown>;
    expect(id).toBe((await rows())[0]?.id);
    expect(rest).toMatchObject({ phoneNumbers: ['+48600700800'], withDeliveryReport: true });
    expect(JSON.stringify(rest['textMessage'])).toContain('Umowa – „Żółw”');
    await expect.poll(status).toBe('sent');

    const webhook = (event: string, { key = 'signing key', ago = 0, payload = {} } = {}) => {
      const body = JSON.stringify({ event, deviceId: 'd', id: 'w', payload: { messageId: id, ...payload } });
      const time = String(Math.floor(Date.now() / 1000) - ago);
      const signature = createHmac('sha256', key)
        .update(body + time)
        .digest('hex');
      const headers = { 'X-Signature': signature, 'X-Timestamp': time };
      return report('smsgate', { method: 'POST', headers, body });
    };
    expect(await webhook('sms:failed', { key: 'another' })).toBe(404);
    expect(await webhook('sms:failed', { ago: 3_600 })).toBe(404);
    expect(await status()).toBe('sent');
    expect(await webhook('sms:failed', { payload: { reason: 'RESULT_ERROR_NO_SERVICE' } })).toBe(200);
    expect((await rows())[0]).toMatchObject({
      status: 'failed',
      problem: 'undelivered',
      error: 'RESULT_ERROR_NO_SERVICE'
    });
    expect(await webhook('sms:delivered')).toBe(200);
    expect(await status()).toBe('failed');

    // A message that it has already, from a try whose answer was lost, is taken, not refused.
    gateway.answer = { status: 409, body: JSON.stringify({ message: 'duplicate' }) };
    expect(await trial()).toMatchObject({ status: 'sent', problem: '' });
  });
});

describe('any other gateway', () => {
  const REPORT = /[?&]m=([a-z0-9]+)&s=([0-9a-f]{64})/;

  test('a JSON template; its report address carries a seal', async () => {
    await start((url) => ({
      SMS_PROVIDER: 'http',
      SMS_URL: `${url}/send`,
      SMS_USER: 'me',
      SMS_PASS: 'secret "quoted"',
      SMS_FROM: 'SIGN',
      SMS_TEMPLATE:
        '{"key":"{pass}","who":"{user}","number":"{to}","sender":"{from}","words":"{text}","tell":"{report}"}'
    }));
    const { status } = await sent('A "quoted" \\ title {pass}');
    const asked = await gateway.next();
    expect(asked.headers.authorization).toBeUndefined();
    const said = JSON.parse(asked.body) as Record<string, string>;
    expect(said).toMatchObject({
      key: 'secret "quoted"',
      who: 'me',
      number: '+48600700800',
      sender: 'SIGN'
    });
    expect(said['words']).toContain('"A "quoted" \\ title {pass}"');
    await expect.poll(status).toBe('sent');
    const [, id = '', seal = ''] = REPORT.exec(said['tell'] ?? '') ?? [];
    expect(await report(`http?m=${id}&s=${'0'.repeat(64)}&status=delivered`, {})).toBe(404);
    expect(await report(`http?m=${id}&s=${seal}&status=delivered`, { method: 'POST' })).toBe(200);
    expect(await status()).toBe('delivered');
  });

  test('no template: a GET with everything in its address, and a password in the header', async () => {
    await start((url) => ({
      SMS_PROVIDER: 'http',
      SMS_URL: `${url}/send?to={to}&text={text}`,
      SMS_USER: 'me',
      SMS_PASS: 'pass'
    }));
    await sent('R&D = 100% + more');
    const asked = await gateway.next();
    expect(asked.method).toBe('GET');
    expect(asked.headers.authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`);
    const query = new URL(asked.url, 'http://x').searchParams;
    expect(query.get('to')).toBe('+48600700800');
    expect(query.get('text')).toContain('"R&D = 100% + more"');
  });
});

test('L6: the code’s last line names the site and the code, for phones to fill in', async () => {
  await start((url) => ({ SMS_PROVIDER: 'http', SMS_URL: `${url}/?text={text}` }));
  await sent();
  const textOf = async () => new URL((await gateway.next()).url, 'http://x').searchParams.get('text') ?? '';
  const link = linkIn(await textOf());
  const session = await enter(workspace.server, link, async () => {
    const text = await textOf();
    const last = /^@sign\.workspace\.example #([0-9]{6})$/.exec(text.split('\n').at(-1) ?? '');
    expect(text.startsWith(`${last?.[1] ?? ''} is your code for "Umowa`)).toBe(true);
    expect(text).toContain('from Test workspace');
    expect(text).toContain('Give it to nobody');
    return last?.[1] ?? '';
  });
  expect(session.party.name).toBeTruthy();
});

test('a provider that is half configured is named, and sends nothing', async () => {
  await start(() => ({ SMS_PROVIDER: 'twilio', SMS_USER: 'AC1' }));
  const ready = (await call<Ready & object>(workspace.server, 'GET', 'ready')).body;
  expect(ready.sms).toBe(false);
  expect(ready.problems).toContainEqual('SMS_PROVIDER is set but SMS_PASS is not.');
  expect(await trial()).toMatchObject({ status: 'failed', problem: 'settings' });
});
