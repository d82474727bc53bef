// One interface for every SMS provider: `send({id, to, text}) → {ok, retry, provider, error}`.
const { key } = require('./secret.js');
const { describe } = require('./refusal.js');

const env = (name) => $os.getenv(name);

/** GSM 03.38 with its extension: what one part of 160 (or 153) characters can hold. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;

const token = (id) => $security.hs256(`sms/${id}`, key('callback'));

/** Kannel's sendsms: a GET; it cannot sign its reports, so their address carries an HMAC of the message. */
function kannel({ id, to, text }) {
  const report = `${env('APP_URL')}/api/countersign/sms/kannel?m=${id}&s=${token(id)}&d=%d`;
  const query = {
    username: env('SMS_USER'),
    password: env('SMS_PASS'),
    from: env('SMS_FROM') || 'Countersign',
    to,
    // One line: gateways that read line by line lose the rest, or their connection.
    text: text.replace(/\s*\n\s*/g, ' '),
    charset: 'UTF-8',
    coding: GSM.test(text) ? '0' : '2',
    'dlr-mask': '31',
    'dlr-url': report
  };
  const answer = $http.send({
    url: `${env('SMS_URL')}?${Object.keys(query)
      .map((name) => `${name}=${encodeURIComponent(query[name])}`)
      .join('&')}`,
    method: 'GET',
    timeout: 15
  });
  const said = toString(answer.body, 2000).trim();
  if (answer.statusCode === 202) return { ok: true, retry: false, provider: said.slice(0, 200), error: '' };
  // 400 is the number or the text; everything else may be mended at the gateway.
  return {
    ok: false,
    retry: answer.statusCode !== 400,
    provider: '',
    error: `Kannel: ${answer.statusCode} ${said}`
  };
}

const providers = { kannel };

/** Why SMS cannot go out though a provider is named, or null. */
function problem() {
  const name = env('SMS_PROVIDER');
  if (name === '') return null;
  if (!providers[name])
    return `SMS_PROVIDER is "${name}"; this version knows: ${Object.keys(providers).join(', ')}.`;
  return env('SMS_URL') === '' ? 'SMS_PROVIDER is set but SMS_URL is not.' : null;
}

function send(message) {
  const wrong = problem();
  if (wrong !== null) return { ok: false, retry: true, provider: '', error: wrong };
  try {
    return providers[env('SMS_PROVIDER')](message);
  } catch (error) {
    // Go names the whole address in its error, and that holds the password and the text.
    const why = describe(error).replace(/"?https?:\/\/[^\s"]*"?/g, env('SMS_PROVIDER'));
    return { ok: false, retry: true, provider: '', error: why };
  }
}

/** A delivery report: the message's id and its new status, or null when it says nothing new or is forged. */
function report(e) {
  const query = e.request.url.query();
  const id = query.get('m');
  if (e.request.pathValue('provider') !== 'kannel' || !$security.equal(query.get('s'), token(id)))
    return null;
  const status = { 1: 'delivered', 2: 'failed', 16: 'failed' }[query.get('d')];
  return status === undefined ? { id, status: null } : { id, status };
}

module.exports = { problem, report, send };
