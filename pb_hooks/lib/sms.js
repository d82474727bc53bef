// One interface for every SMS gateway: `send({id, to, text}) → {ok, retry, provider, error, problem}`.
const providers = require('./sms-providers.js');
const { describe } = require('./refusal.js');

const env = (name) => $os.getenv(name);

/** Why SMS cannot go out though a provider is named, or null. */
function problem() {
  const name = env('SMS_PROVIDER');
  if (name === '') return null;
  if (!Object.hasOwn(providers, name))
    return `SMS_PROVIDER is "${name}"; this version knows: ${Object.keys(providers).join(', ')}.`;
  const missing = providers[name].needs.find((one) => env(one) === '');
  return missing === undefined ? null : `SMS_PROVIDER is set but ${missing} is not.`;
}

/** `provider` is the gateway's own name for the message; `problem` says why it did not take it. */
function send({ id, to, text }) {
  const wrong = problem();
  if (wrong !== null) return { ok: false, retry: true, provider: '', error: wrong, problem: 'settings' };
  const name = env('SMS_PROVIDER');
  try {
    return providers[name].send({ id, to, from: env('SMS_FROM'), text });
  } catch (error) {
    // Go names the whole address in its error, and that holds the password and the text.
    const why = describe(error).replace(/"?https?:\/\/[^\s"]*"?/g, name);
    const late = /timeout|deadline exceeded/i.test(why);
    return { ok: false, retry: true, provider: '', error: why, problem: late ? 'no-answer' : 'unreachable' };
  }
}

/**
 * A delivery report of the gateway that is configured: the message's id, its new status or null when it says
 * nothing new, and the gateway's own words; null when it is forged or from another.
 */
function report(e) {
  const name = e.request.pathValue('provider');
  return name === env('SMS_PROVIDER') && problem() === null ? providers[name].report(e) : null;
}

module.exports = { problem, report, send };
