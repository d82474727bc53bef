// The server's outbox (`backend.md`, "Messages"): a row in the transaction of what it tells, sent after the
// answer and each minute by cron, under a lease.
const codes = require('./codes.js');
const events = require('./events.js');
const mail = require('./mail.js');
const { compose } = require('./message-words.js');
const { describe, transact } = require('./refusal.js');
const sms = require('./sms.js');

const LEASE_MS = 120_000;
/** A try that takes longer than this meets a server that keeps silent. */
const SLOW_MS = 30_000;
const TRIES = 8;
/** @type {any} Go's FileMode, a number. */
const PRIVATE_FOLDER = 0o700;
/** @type {any} */
const PRIVATE_FILE = 0o600;
/** Wait before the next try, by the number of tries made, ms. */
const WAIT = [0, 30_000, 60_000, 120_000, 300_000, 900_000, 3_600_000, 7_200_000];

/**
 * @param {{key: string, kind: string, channel: string, address: string, document?: string, party?: string,
 *   payload?: object}} message `key` makes it go once; `kind` is a name of `words/en.js`
 */
function queue(tx, message) {
  const row = new Record(tx.findCollectionByNameOrId('messages'));
  row.load({ payload: {}, ...message, status: 'waiting', due: Date.now(), createdAt: Date.now() });
  tx.save(row);
  return row;
}

/** Ends what still waits for a party: it would carry a link to an address that is no longer its own. */
function withdraw(tx, party, problem) {
  const waiting = "party = {:party} && status = 'waiting'";
  for (const row of tx.findRecordsByFilter('messages', waiting, '', 0, 0, { party })) {
    row.load({ status: 'failed', problem, changedAt: Date.now() });
    tx.save(row);
  }
}

/** Where nothing is configured: the terminal, and a file in the data folder. */
function keep(row, subject, text) {
  const folder = `${$os.getenv('COUNTERSIGN_DATA')}/messages`;
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const content = `To: ${row.getString('address')}\nSubject: ${subject}\n\n${text}\n`;
  $os.mkdirAll(folder, PRIVATE_FOLDER);
  $os.writeFile(`${folder}/${time}-${row.getString('kind')}-${row.id}.txt`, content, PRIVATE_FILE);
  console.log(`--- ${row.getString('channel')} (not sent: none configured)\n${content}---`);
  return { ok: true, retry: false, provider: 'file', error: '', problem: '' };
}

function sendOne(app, { row, message, doubtful }, run) {
  const { words, link, frame } = message;
  const address = row.getString('address');
  if (row.getString('channel') === 'sms') {
    if ($os.getenv('SMS_PROVIDER') === '') return keep(row, words.subject, words.sms);
    return sms.send({ id: row.id, to: address, text: words.sms });
  }
  if (app.settings().smtp.enabled) {
    // Asked once a run: each question takes its time.
    if (doubtful && run.speaks === null) run.speaks = mail.speaks(app);
    return doubtful && !run.speaks ? mail.silence() : mail.send(app, { ...message, address });
  }
  const { text } = require('./mail-body.js').body(words, link, { workspace: message.workspace, text: frame });
  return keep(row, words.subject, text);
}

/** Whether the mail server kept silent lately: a try that never came back, or one that found it so. */
function keepsSilent(tx, now) {
  const filter =
    "channel = 'email' && status = 'waiting' && (problem = 'no-answer' || (lease > 0 && lease < {:slow}))";
  return tx.findRecordsByFilter('messages', filter, '', 1, 0, { slow: now + LEASE_MS - SLOW_MS }).length > 0;
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
    const doubtful = row.getString('channel') === 'email' && keepsSilent(tx, now);
    const tries = row.getInt('tries') + 1;
    row.load({ lease: now + LEASE_MS, tries });
    // Said before it is asked: who claims meanwhile must not begin a conversation either.
    if (doubtful) row.load({ problem: 'no-answer' });
    tx.save(row);
    try {
      return { row, tries, doubtful, message: compose(tx, row) };
    } catch (error) {
      // Its document or party is gone.
      row.load({ status: 'failed', error: describe(error).slice(0, 500), problem: 'gone', changedAt: now });
      tx.save(row);
      return { row, tries, doubtful, message: null };
    }
  });
}

/**
 * Writes down how a try went. A delivery report may have come before, and stays; so does what a later try found
 * when this one was given up meanwhile, unless this one did send it.
 */
function settle(app, { row: { id }, tries }, outcome) {
  transact(app, (tx) => {
    const row = tx.findRecordById('messages', id);
    if (row.getString('status') !== 'waiting') return;
    if (row.getInt('tries') !== tries && !outcome.ok) return;
    const now = Date.now();
    const kind = row.getString('kind');
    const stale = kind === 'code' && now - row.getInt('createdAt') > codes.VALID_MS;
    const over = !outcome.ok && (!outcome.retry || tries >= TRIES || stale || kind === 'test');
    row.load({
      status: outcome.ok ? 'sent' : over ? 'failed' : 'waiting',
      due: now + (WAIT[tries] || 0),
      lease: 0,
      provider: outcome.provider.slice(0, 200),
      error: outcome.error.slice(0, 500),
      problem: outcome.problem,
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
  const run = { speaks: null };
  for (let left = 50; left > 0; left--) {
    const next = claim(app);
    if (next === null) return;
    if (next.message !== null) settle(app, next, sendOne(app, next, run));
  }
}

/** How far a message is; what a provider says only moves it forward. */
const ORDER = ['waiting', 'sent', 'delivered'];

/** A provider's report: `sent`, `delivered` or `failed`, and the provider's own word for the owner. */
function report(app, id, status, said) {
  transact(app, (tx) => {
    const row = tx.findRecordById('messages', id);
    const before = row.getString('status');
    if (before === 'delivered' || before === 'failed') return;
    if (status !== 'failed' && ORDER.indexOf(status) <= ORDER.indexOf(before)) return;
    row.load({ status, changedAt: Date.now() });
    if (status === 'failed') row.load({ problem: 'undelivered', error: (said || '').slice(0, 500) });
    tx.save(row);
    record(
      tx,
      row,
      { sent: 'message-sent', failed: 'message-failed', delivered: 'message-delivered' }[status]
    );
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

module.exports = { answerThenDeliver, deliver, queue, report, withdraw };
