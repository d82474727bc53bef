// The server's outbox (`backend.md`, "Messages"): a row in the transaction of what it tells, sent after the
// answer and each minute by cron, under a lease. Links and codes are made when a message goes out, so that
// the database never holds one.
const certificateLog = require('./certificate-log.js');
const codes = require('./codes.js');
const events = require('./events.js');
const links = require('./links.js');
const { body, plainName } = require('./mail-body.js');
const { randomCode, randomToken } = require('./random.js');
const { describe, transact } = require('./refusal.js');
const sms = require('./sms.js');
const english = require('./words/en.js');

const LEASE_MS = 120_000;
const TRIES = 8;
/** @type {any} Go's FileMode, a number. */
const PRIVATE_FOLDER = 0o700;
/** @type {any} */
const PRIVATE_FILE = 0o600;
const INVITATION_MS = 7 * 86_400_000;
/** Wait before the next try, by the number of tries made, ms. */
const WAIT = [0, 30_000, 60_000, 120_000, 300_000, 900_000, 3_600_000, 7_200_000];

/**
 * @param {{key: string, kind: 'turn' | 'code' | 'completed' | 'invitation' | 'stopped', channel: string,
 *   address: string, document?: string, party?: string, payload?: object}} message `key` makes it go once
 */
function queue(tx, message) {
  const row = new Record(tx.findCollectionByNameOrId('messages'));
  row.load({ payload: {}, ...message, status: 'waiting', due: Date.now(), createdAt: Date.now() });
  tx.save(row);
}

const textOf = (app, collection, id, field) => {
  try {
    return plainName(app.findRecordById(collection, id).getString(field));
  } catch {
    return '';
  }
};

/** The words of a row and the link in them; mints what the message carries. */
function compose(tx, row) {
  const payload = JSON.parse(row.getString('payload') || '{}');
  const workspace = plainName(tx.findRecordsByFilter('workspaces', '', '', 1, 0)[0].getString('name'));
  const kind = row.getString('kind');
  if (kind === 'invitation') {
    const invitation = tx.findRecordById('invitations', payload.invitation);
    const token = randomToken();
    invitation.load({ tokenSha256: $security.sha256(token), expires: Date.now() + INVITATION_MS });
    tx.save(invitation);
    const link = `${$os.getenv('APP_URL')}/invite#${token}`;
    const sender = textOf(tx, 'users', payload.by, 'name');
    const name = plainName(invitation.getString('name'));
    return { words: english.invitation({ sender, workspace, name }), link, workspace, replyTo: '' };
  }
  const document = tx.findRecordById('documents', row.getString('document'));
  const owner = tx.findRecordById('users', document.getString('owner'));
  const about = {
    workspace,
    title: plainName(document.getString('title')),
    sender: plainName(owner.getString('name'))
  };
  const replyTo = owner.email();
  if (kind === 'code') {
    const code = randomCode();
    codes.put(tx, payload.link, code);
    return { words: english.code({ ...about, code }), link: null, workspace, replyTo };
  }
  const party = row.getString('party') === '' ? null : tx.findRecordById('parties', row.getString('party'));
  const toMember = payload.member === true;
  let link = null;
  if (toMember) link = `${$os.getenv('APP_URL')}/documents/${document.id}`;
  else if (kind === 'turn') link = links.mint(tx, party, 'sign');
  else if (kind === 'completed') link = links.mint(tx, party, 'copy');
  const name = toMember ? `member${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;
  const stop = {
    how: payload.how || '',
    who: plainName(payload.who || ''),
    reason: plainName(payload.reason || '')
  };
  // Held outside the server, a head shows later whether everybody was shown the same certificates (C7).
  const log = kind === 'completed' ? certificateLog.head(tx) : null;
  return { words: english[name]({ ...about, ...stop, link: link || '', log }), link, workspace, replyTo };
}

/** Where nothing is configured: the terminal, and a file in the data folder. */
function keep(row, subject, text) {
  const folder = `${$os.getenv('COUNTERSIGN_DATA')}/messages`;
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const content = `To: ${row.getString('address')}\nSubject: ${subject}\n\n${text}\n`;
  $os.mkdirAll(folder, PRIVATE_FOLDER);
  $os.writeFile(`${folder}/${time}-${row.getString('kind')}-${row.id}.txt`, content, PRIVATE_FILE);
  console.log(`--- ${row.getString('channel')} (not sent: none configured)\n${content}---`);
  return { ok: true, retry: false, provider: 'file', error: '' };
}

function sendOne(app, row, { words, link, workspace, replyTo }) {
  if (row.getString('channel') === 'sms') {
    if ($os.getenv('SMS_PROVIDER') === '') return keep(row, words.subject, words.sms);
    return sms.send({ id: row.id, to: row.getString('address'), text: words.sms });
  }
  const { html, text } = body(words, link, english.frame({ workspace }));
  if (!app.settings().smtp.enabled) return keep(row, words.subject, text);
  try {
    const headers = { 'Auto-Submitted': 'auto-generated', 'X-PM-TrackLinks': 'None' };
    if (replyTo !== '') headers['Reply-To'] = replyTo;
    app.newMailClient().send(
      new MailerMessage({
        from: { address: app.settings().meta.senderAddress, name: workspace },
        to: [{ address: row.getString('address') }],
        subject: words.subject,
        html,
        text,
        headers
      })
    );
    return { ok: true, retry: false, provider: '', error: '' };
  } catch (error) {
    const said = describe(error);
    // 550 to 553: this address will not do, today or tomorrow (RFC 5321 §4.2.3).
    return { ok: false, retry: !/\b55[0-3]\b/.test(said), provider: '', error: said };
  }
}

/** Takes the next due message under a lease, with its words; null when none is due. */
function claim(app) {
  return transact(app, (tx) => {
    const now = Date.now();
    const row = tx.findRecordsByFilter(
      'messages',
      "status = 'waiting' && due <= {:now} && lease <= {:now}",
      'due',
      1,
      0,
      { now }
    )[0];
    if (row === undefined) return null;
    row.load({ lease: now + LEASE_MS, tries: row.getInt('tries') + 1 });
    tx.save(row);
    try {
      return { row, message: compose(tx, row) };
    } catch (error) {
      // Its document or party is gone.
      row.load({ status: 'failed', error: describe(error).slice(0, 500), changedAt: now });
      tx.save(row);
      return { row, message: null };
    }
  });
}

/** Writes down how it went. A delivery report may have come before, and stays. */
function settle(app, id, outcome) {
  transact(app, (tx) => {
    const row = tx.findRecordById('messages', id);
    if (row.getString('status') !== 'waiting') return;
    const now = Date.now();
    const tries = row.getInt('tries');
    const stale = row.getString('kind') === 'code' && now - row.getInt('createdAt') > codes.VALID_MS;
    const over = !outcome.ok && (!outcome.retry || tries >= TRIES || stale);
    row.load({
      status: outcome.ok ? 'sent' : over ? 'failed' : 'waiting',
      due: now + (WAIT[tries] || 0),
      lease: 0,
      provider: outcome.provider.slice(0, 200),
      error: outcome.error.slice(0, 500),
      changedAt: now
    });
    tx.save(row);
    record(tx, row, outcome.ok ? 'message-sent' : over ? 'message-failed' : null);
  });
}

function record(tx, row, kind) {
  if (kind === null || row.getString('document') === '') return;
  events.append(tx, row.getString('document'), kind, 'server', {
    message: row.id,
    kind: row.getString('kind'),
    channel: row.getString('channel'),
    party: row.getString('party')
  });
}

/** Sends what is due. Called after an answer and by cron; several at once share the work by their leases. */
function deliver(app) {
  for (let left = 50; left > 0; left--) {
    const next = claim(app);
    if (next === null) return;
    if (next.message !== null) settle(app, next.row.id, sendOne(app, next.row, next.message));
  }
}

/** A provider's report: status only moves forward. */
function report(app, id, status) {
  transact(app, (tx) => {
    const row = tx.findRecordById('messages', id);
    if (row.getString('status') === 'delivered' || row.getString('status') === 'failed') return;
    row.load({ status, changedAt: Date.now() });
    tx.save(row);
    record(tx, row, status === 'failed' ? 'message-failed' : 'message-delivered');
  });
}

/**
 * Answers first and sends then, so that nobody waits for a mail server. The connection closes behind the
 * answer: a next request on it would wait.
 */
function answerThenDeliver(e, app, status, result) {
  const content = toBytes(JSON.stringify(result));
  const header = e.response.header();
  header.set('Content-Type', 'application/json');
  header.set('Content-Length', String(content.length));
  header.set('Connection', 'close');
  try {
    e.response.writeHeader(status);
    e.response.write(content);
    e.flush();
  } catch (error) {
    // Who asked is gone (a closed tab); what was done stands, and others still have to hear of it.
    console.error('messages: no one took the answer:', describe(error));
  }
  try {
    deliver(app);
  } catch (error) {
    console.error('messages:', describe(error));
  }
}

module.exports = { answerThenDeliver, deliver, queue, report };
