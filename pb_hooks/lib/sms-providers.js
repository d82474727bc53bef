// What each SMS gateway wants to be asked, what its answer means, and how its reports prove where they come from.
const { key } = require('./secret.js');
const { smsLength, hmacSha1 } = require('./shared.js');

const env = (name) => $os.getenv(name);

/** Seconds that a gateway gets. */
const WAIT = 15;
/** A signed report is good for so long, ms. */
const WINDOW_MS = 300_000;

/** For gateways that cannot sign: the address they report to carries an HMAC of the message. */
const seal = (id) => $security.hs256(`sms/${id}`, key('callback'));
const sealed = (id, given) => $security.equal(given, seal(id));

const reportAddress = (provider, query) => `${env('APP_URL')}/api/countersign/sms/${provider}?${query}`;

/** Form encoding: `%20`, not `+`, which every receiver reads. */
const form = (fields) =>
  Object.keys(fields)
    .map((name) => `${name}=${encodeURIComponent(fields[name])}`)
    .join('&');

function basic(user, password) {
  /** @type {any} */
  const bytes = Buffer.from(`${user}:${password}`, 'utf8');
  return `Basic ${bytes.toString('base64')}`;
}

const taken = (provider) => ({ ok: true, retry: false, provider, error: '', problem: '' });
const refused = (retry, problem, error) => ({ ok: false, retry, provider: '', error, problem });

/** What a status says of any of them, where its body does not say more. */
function judge(name, status, said) {
  const error = `${name}: ${status} ${said}`.slice(0, 500);
  if (status === 401 || status === 403) return refused(true, 'login', error);
  if (status === 429 || status >= 500) return refused(true, 'later', error);
  return refused(false, 'address', error);
}

const read = (answer) => toString(answer.body, 4_000).trim();

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

/** Kannel 1.4, sendsms: a GET. */
const kannel = {
  needs: ['SMS_URL'],
  send({ id, to, from, text }) {
    const query = {
      username: env('SMS_USER'),
      password: env('SMS_PASS'),
      from: from || 'Countersign',
      to,
      text,
      charset: 'UTF-8',
      coding: smsLength(text).alphabet === 'gsm-7' ? '0' : '2',
      'dlr-mask': '31',
      'dlr-url': reportAddress('kannel', `m=${id}&s=${seal(id)}&d=%d`)
    };
    const answer = $http.send({ url: `${env('SMS_URL')}?${form(query)}`, method: 'GET', timeout: WAIT });
    const said = read(answer);
    if (answer.statusCode === 202) return taken(said);
    // 400 is the number or the text; everything else may be mended at the gateway.
    return answer.statusCode === 400
      ? refused(false, 'address', said)
      : judge('Kannel', answer.statusCode, said);
  },
  report(e) {
    const query = e.request.url.query();
    const id = query.get('m');
    if (!sealed(id, query.get('s'))) return null;
    const status = { 1: 'delivered', 2: 'failed', 16: 'failed' }[query.get('d')];
    return { id, status: status || null, said: '' };
  }
};

/** A form body as pairs in their order, decoded. Not PocketBase's own: it mixes the query in. */
function formPairs(raw) {
  return raw
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [name, value].map((text) => decodeURIComponent(text.replace(/\+/g, ' ')));
    });
}

/** Twilio's Messages resource. SMS_USER: account SID, SMS_PASS: auth token, SMS_FROM: number or messaging service. */
const twilio = {
  needs: ['SMS_USER', 'SMS_PASS', 'SMS_FROM'],
  send({ id, to, from, text }) {
    const account = env('SMS_USER');
    const fields = {
      To: to,
      [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
      Body: text,
      StatusCallback: reportAddress('twilio', `m=${id}`)
    };
    const answer = $http.send({
      url: `${env('SMS_URL') || 'https://api.twilio.com'}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`,
      method: 'POST',
      body: form(fields),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: basic(account, env('SMS_PASS'))
      },
      timeout: WAIT
    });
    const said = parsed(read(answer));
    if (answer.statusCode === 201) return taken(String(said.sid || ''));
    return judge('Twilio', answer.statusCode, `${said.code || ''} ${said.message || ''}`.trim());
  },
  /** `X-Twilio-Signature`: HMAC-SHA1 under the auth token over the public address and the sorted fields. */
  report(e) {
    const raw = toString(e.request.body, 64_000);
    let pairs;
    try {
      pairs = formPairs(raw);
    } catch {
      return null;
    }
    const url = `${env('APP_URL')}/api/countersign/sms/twilio?${e.request.url.rawQuery}`;
    const sorted = pairs.map(([name, value]) => name + value).sort();
    const wanted = hmacSha1(env('SMS_PASS'), url + sorted.join(''));
    if (!$security.equal(e.request.header.get('X-Twilio-Signature'), wanted)) return null;
    const fields = Object.fromEntries(pairs);
    const status = { sent: 'sent', delivered: 'delivered', undelivered: 'failed', failed: 'failed' }[
      fields.MessageStatus
    ];
    const said = fields.ErrorCode ? `Twilio: ${fields.MessageStatus} ${fields.ErrorCode}` : '';
    return { id: e.request.url.query().get('m'), status: status || null, said };
  }
};

/** capcom's SMS Gateway for Android. SMS_URL: the address of its messages, SMS_SECRET: its webhooks' signing key. */
const smsgate = {
  needs: ['SMS_URL', 'SMS_USER', 'SMS_PASS'],
  send({ id, to, text }) {
    const answer = $http.send({
      url: env('SMS_URL'),
      method: 'POST',
      body: JSON.stringify({ id, textMessage: { text }, phoneNumbers: [to], withDeliveryReport: true }),
      headers: { 'Content-Type': 'application/json', Authorization: basic(env('SMS_USER'), env('SMS_PASS')) },
      timeout: WAIT
    });
    const { statusCode } = answer;
    // 409: it has a message of this id, which an earlier try of ours left there.
    if ((statusCode >= 200 && statusCode < 300) || statusCode === 409) return taken(id);
    return judge('SMS gateway', statusCode, String(parsed(read(answer)).message || ''));
  },
  /** `X-Signature`: hex HMAC-SHA256 under the signing key over the body and `X-Timestamp`. */
  report(e) {
    const secret = env('SMS_SECRET');
    const raw = toString(e.request.body, 64_000);
    const time = e.request.header.get('X-Timestamp');
    const given = e.request.header.get('X-Signature').toLowerCase();
    if (secret === '' || !$security.equal(given, $security.hs256(raw + time, secret))) return null;
    if (Math.abs(Date.now() - Number(time) * 1000) > WINDOW_MS) return null;
    const { event, payload } = parsed(raw);
    const status = { 'sms:sent': 'sent', 'sms:delivered': 'delivered', 'sms:failed': 'failed' }[event];
    const told = payload || {};
    return { id: String(told.messageId || ''), status: status || null, said: String(told.reason || '') };
  }
};

/**
 * Any gateway that takes one request: SMS_URL and SMS_TEMPLATE (the body) hold {to}, {from}, {text}, {id}, {user},
 * {pass}, {report}. A template that begins with { is JSON, another one a form; without one it is a GET.
 */
const http = {
  needs: ['SMS_URL'],
  send({ id, to, from, text }) {
    const report = reportAddress('http', `m=${id}&s=${seal(id)}`);
    const values = { id, to, from, text, report, user: env('SMS_USER'), pass: env('SMS_PASS') };
    const put = (template, encode) =>
      template.replace(/\{(id|to|from|text|report|user|pass)\}/g, (_, name) => encode(values[name]));
    const template = env('SMS_TEMPLATE').trim();
    const json = template.startsWith('{');
    /** @type {Record<string, string>} */
    const headers = {};
    if (template !== '')
      headers['Content-Type'] = json ? 'application/json' : 'application/x-www-form-urlencoded';
    if (values.user !== '' && !/\{user\}/.test(template + env('SMS_URL')))
      headers.Authorization = basic(values.user, values.pass);
    const answer = $http.send({
      url: put(env('SMS_URL'), encodeURIComponent),
      method: template === '' ? 'GET' : 'POST',
      body: json
        ? put(template, (value) => JSON.stringify(value).slice(1, -1))
        : put(template, encodeURIComponent),
      headers,
      timeout: WAIT
    });
    const said = read(answer).slice(0, 200);
    return answer.statusCode >= 200 && answer.statusCode < 300
      ? taken(said)
      : judge('SMS gateway', answer.statusCode, said);
  },
  /** `status`: sent, delivered or failed. */
  report(e) {
    const query = e.request.url.query();
    const id = query.get('m');
    if (!sealed(id, query.get('s'))) return null;
    const status = { sent: 'sent', delivered: 'delivered', failed: 'failed', undelivered: 'failed' }[
      query.get('status').toLowerCase()
    ];
    return { id, status: status || null, said: '' };
  }
};

module.exports = { http, kannel, smsgate, twilio };
