// One mail through PocketBase's own SMTP client, and what its failure means (RFC 5321 §4.2.1).
const { body } = require('./mail-body.js');
const { describe } = require('./refusal.js');

/** Seconds that a silent mail server gets to say a first word. */
const GREETING = 8;

/**
 * @typedef {'login' | 'encryption' | 'address' | 'content' | 'later' | 'closed' | 'unreachable' | 'no-answer' |
 *   'certificate' | 'refused'} Problem
 * Why a mail did not go out; each is a sentence for the owner (`messages/en/messages.json`).
 * @typedef {{ok: boolean, retry: boolean, provider: string, error: string, problem: Problem | ''}} Outcome
 */

/**
 * What the server's or Go's words mean. What may be mended (a password, a certificate) is tried again.
 * @returns {{retry: boolean, problem: Problem}}
 */
function judge(said) {
  const reply = /(?:^|: |\bGoError: )([45])(\d\d) /.exec(said);
  if (reply !== null) {
    const code = Number(reply[1] + reply[2]);
    if (reply[1] === '4') return { retry: true, problem: code === 454 ? 'encryption' : 'later' };
    if (code === 530 || code === 534 || code === 535) return { retry: true, problem: 'login' };
    // This address, or this content, will not do today or tomorrow (§4.2.3).
    if (code === 550 || code === 551 || code === 553) return { retry: false, problem: 'address' };
    if (code === 552 || code === 554) return { retry: false, problem: 'content' };
    return { retry: true, problem: 'refused' };
  }
  if (/x509|certificate|tls: /i.test(said)) return { retry: true, problem: 'certificate' };
  if (/unencrypted connection/i.test(said)) return { retry: true, problem: 'encryption' };
  if (/doesn't support AUTH|unexpected server challenge/i.test(said))
    return { retry: true, problem: 'login' };
  if (/\bEOF\b|connection reset|broken pipe|short response/i.test(said))
    return { retry: true, problem: 'closed' };
  if (/dial |no such host|refused|unreachable/i.test(said)) return { retry: true, problem: 'unreachable' };
  return { retry: true, problem: 'refused' };
}

/**
 * Whether the mail server says anything at all. PocketBase's client has no time limit, so a silent server would
 * keep one of its engines for ever with each try; Go's HTTP client has one, and fails at once on a greeting.
 */
function speaks(app) {
  const { smtp } = app.settings();
  try {
    $http.send({
      url: `${smtp.tls ? 'https' : 'http'}://${smtp.host}:${smtp.port}/`,
      method: 'GET',
      timeout: GREETING
    });
    return true;
  } catch (error) {
    return !/Timeout exceeded|deadline exceeded|timeout/i.test(describe(error));
  }
}

/** What a try comes to that meets silence. @returns {Outcome} */
const silence = () => ({ ok: false, retry: true, provider: '', error: '', problem: 'no-answer' });

/**
 * @param {any} app
 * @param {{address: string, words: any, link: string | null, workspace: string, from: string, replyTo: string,
 *   frame: string}} mail
 * @returns {Outcome}
 */
function send(app, mail) {
  const { meta } = app.settings();
  const { html, text } = body(mail.words, mail.link, { workspace: mail.workspace, text: mail.frame });
  try {
    const headers = {
      'Auto-Submitted': 'auto-generated',
      'X-PM-TrackLinks': 'None',
      'X-Mailgun-Track': 'no'
    };
    if (mail.replyTo !== '') headers['Reply-To'] = mail.replyTo;
    app.newMailClient().send(
      new MailerMessage({
        from: { address: meta.senderAddress, name: mail.from },
        to: [{ address: mail.address }],
        subject: mail.words.subject,
        html,
        text,
        headers
      })
    );
    return { ok: true, retry: false, provider: '', error: '', problem: '' };
  } catch (error) {
    const said = describe(error);
    return { ok: false, provider: '', error: said, ...judge(said) };
  }
}

module.exports = { send, silence, speaks };
