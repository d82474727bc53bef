// A message once more, and a trial of the settings (`backend.md`, "Messages").
const { memberCaller, runs } = require('./caller.js');
const documents = require('./documents.js');
const events = require('./events.js');
const messages = require('./messages.js');
const { Refusal, transact } = require('./refusal.js');
const { way } = require('./sessions.js');
const { MAIL_PATTERN, PHONE_PATTERN } = require('./shared.js');

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MOST_A_DAY = 10;
const TRIALS_AN_HOUR = 20;

/** Whether the document still is where this message belongs. */
function fits(tx, document, row) {
  const stage = document.getString('stage');
  const kind = row.getString('kind');
  if (kind === 'completed') return stage === 'completed';
  if (kind === 'stopped') return stage === 'stopped';
  if (kind !== 'turn' || (stage !== 'company' && stage !== 'client')) return false;
  const turn = document.getString('turn');
  if (row.getString('party') !== '') return turn === row.getString('party');
  const party = tx.findRecordById('parties', turn);
  return party.getString('member') !== '' && addressOf(tx, party).address === row.getString('address');
}

/** The address as it is now: the sender may have corrected it. */
function addressOf(tx, party) {
  const member = party.getString('member');
  if (member !== '') return { channel: 'email', address: tx.findRecordById('users', member).email() };
  return way(party);
}

/** Not in a row: a tap that seems to do nothing is tapped again. */
function checkPace(tx, row) {
  const filter = 'document = {:document} && party = {:party} && kind = {:kind} && createdAt > {:since}';
  const lately = (since) =>
    tx.findRecordsByFilter('messages', filter, '', MOST_A_DAY, 0, {
      document: row.getString('document'),
      party: row.getString('party'),
      kind: row.getString('kind'),
      since
    }).length;
  const now = Date.now();
  if (lately(now - MINUTE_MS) > 0 && row.getString('status') !== 'failed')
    throw new Refusal('rate-limited', 'This message went out within the last minute.');
  if (lately(now - DAY_MS) >= MOST_A_DAY) throw new Refusal('rate-limited', 'Ten times a day.');
}

/** POST documents/{id}/messages/{message}/resend: at once where it waits, else a new one of the same kind. */
function again(e, app, id, messageId) {
  const who = memberCaller(e, app);
  const document = documents.visible(app, who, id);
  if (!runs(who, document)) throw new Refusal('forbidden', 'This is for who prepared the document.');
  transact(app, (tx) => {
    const row = documents.messageOf(tx, document.id, messageId);
    if (!fits(tx, document, row)) throw new Refusal('not-open', 'This message has had its time.');
    if (row.getString('status') === 'waiting') {
      row.load({ due: Date.now() });
      tx.save(row);
      return;
    }
    checkPace(tx, row);
    const party = row.getString('party');
    const address =
      party === ''
        ? { channel: row.getString('channel'), address: row.getString('address') }
        : addressOf(tx, tx.findRecordById('parties', party));
    const next = messages.queue(tx, {
      key: `${row.getString('key')}-again-${Date.now()}`,
      kind: row.getString('kind'),
      ...address,
      document: document.id,
      party,
      payload: JSON.parse(row.getString('payload') || '{}')
    });
    events.append(tx, document.id, 'resent', who.id, { message: next.id, party });
  });
  return {};
}

/** POST messages/test `{channel, address}` (owner): one message that shows whether the settings work. */
function trial(e, app, body) {
  const who = memberCaller(e, app, ['owner']);
  const channel = body.channel === 'sms' ? 'sms' : 'email';
  const address = channel === 'sms' ? String(body.address || '').replace(/[\s()-]/g, '') : who.user.email();
  if (!(channel === 'sms' ? PHONE_PATTERN : MAIL_PATTERN).test(address))
    throw new Refusal('bad-request', 'address is no mobile number.');
  return transact(app, (tx) => {
    const since = Date.now() - 60 * MINUTE_MS;
    const lately = tx.findRecordsByFilter('messages', "kind = 'test' && createdAt > {:since}", '', 0, 0, {
      since
    });
    if (lately.length >= TRIALS_AN_HOUR) throw new Refusal('rate-limited', 'Twenty trials an hour.');
    const row = messages.queue(tx, {
      key: `test-${who.user.id}-${Date.now()}`,
      kind: 'test',
      channel,
      address,
      payload: { by: who.user.id }
    });
    return { id: row.id };
  });
}

/** GET messages/test/{id} (owner): how it went so far (`api.ts`, TrialState). */
function trialState(e, app, id) {
  memberCaller(e, app, ['owner']);
  const row = app.findRecordsByFilter('messages', "id = {:id} && kind = 'test'", '', 1, 0, { id })[0];
  if (row === undefined) throw new Refusal('not-found', 'There is no such trial.');
  return documents.stateOf(row);
}

module.exports = { again, trial, trialState };
