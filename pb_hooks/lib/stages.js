// From draft to its end: sent, whose turn, declined, withdrawn (`product.md`, "Words"; `document.ts`, turnOf).
const changes = require('./changes.js');
const deadlines = require('./deadlines.js');
const events = require('./events.js');
const messages = require('./messages.js');
const { documentRecord, json, partiesOf, partyRecord } = require('./records.js');
const { Refusal } = require('./refusal.js');
const { runs } = require('./caller.js');
const { way } = require('./sessions.js');
const { MAIL_PATTERN, PHONE_PATTERN, turnOf } = require('./shared.js');

/** Nobody is waited for any more: no reminder, no warning, no other end. */
const ENDED = { remindAt: 0, reminded: 0, warnAt: 0, expires: 0 };

/** Whether this caller acts for the party: itself, its member, or whoever witnesses it in person. */
function actsFor(app, who, document, partyId) {
  const party = partiesOf(app, document.id).find((row) => row.id === partyId);
  if (party === undefined) return false;
  if (who.kind === 'party') return who.party.id === party.id;
  if (party.getString('member') === who.user.id) return true;
  return party.getString('proof') === 'in-person' && runs(who, document);
}

/** The document is open, it is the party's turn, and the caller acts for it. */
function checkTurn(tx, who, document, partyId) {
  if (!actsFor(tx, who, document, partyId)) throw new Refusal('forbidden', 'You do not act for this party.');
  const stage = document.getString('stage');
  if (stage !== 'company' && stage !== 'client') {
    throw new Refusal('not-open', 'The document does not wait for a signature.', {
      stage,
      stopReason: document.getString('stopReason')
    });
  }
  if (document.getString('turn') !== partyId)
    throw new Refusal('not-your-turn', 'It is another party’s turn.');
}

/** The device's view must be the server's. A link alone reads nothing, so it gets no copy of the document. */
function checkVersion(app, who, document, action) {
  if (document.getInt('version') === action.baseVersion) return;
  const extra = who.by === 'link' ? {} : { current: documentRecord(app, document) };
  throw new Refusal('version', 'The document changed meanwhile.', extra);
}

/** Saves a document that took a step, and tells the feed. */
function step(tx, document, values) {
  const now = Date.now();
  document.load({ ...values, version: document.getInt('version') + 1, updatedAt: now });
  tx.save(document);
  changes.note(tx, 'documents', document.id, document);
  return { version: document.getInt('version') };
}

/** Saves a document whose version stays: who is asked and until when is no part of what is signed. */
function touch(tx, document) {
  document.load({ updatedAt: Date.now() });
  tx.save(document);
  changes.note(tx, 'documents', document.id, document);
  return { version: document.getInt('version') };
}

/** When the reminders of a turn that begins now are due, as columns. */
function turnTimes(tx, now) {
  return { turnSince: now, reminded: 0, remindAt: deadlines.nextReminder(tx, now, 0) };
}

function setStatus(tx, document, party, status) {
  if (party.getString('status') === status) return;
  party.set('status', status);
  tx.save(party);
  changes.note(tx, 'parties', party.id, document);
}

/** Tells a member by mail. `key` makes it go once for one change. */
function tellMember(tx, document, user, kind, key, payload) {
  messages.queue(tx, {
    key: `${kind}-${key}-${user}`,
    kind,
    channel: 'email',
    address: tx.findRecordById('users', user).email(),
    document: document.id,
    payload: { ...payload, member: true }
  });
}

/** Tells a party by its own channel, when it has one. */
function tellParty(tx, document, party, kind, key, payload) {
  const { channel, address } = way(party);
  if (address === '') return;
  messages.queue(tx, {
    key: `${kind}-${key}-${party.id}`,
    kind,
    channel,
    address,
    document: document.id,
    party: party.id,
    payload: payload || {}
  });
}

/**
 * Gives the turn to the first party that has not signed: statuses, the stage, and a message to whoever is
 * waited for (not to a member who did this very step, nor where the device is handed over).
 */
function passTurn(tx, who, document, key) {
  const parties = partiesOf(tx, document.id);
  const { stage, turn } = turnOf(parties.map((row) => partyRecord(row, false)));
  for (const party of parties) {
    const status = party.getString('status');
    if (status !== 'signed') setStatus(tx, document, party, party.id === turn ? 'turn' : 'waiting');
  }
  const next = parties.find((party) => party.id === turn);
  if (next !== undefined) {
    const member = next.getString('member');
    if (member !== '') {
      if (who.id !== `users:${member}`) tellMember(tx, document, member, 'turn', key);
    } else if (next.getString('channel') !== 'hand') {
      tellParty(tx, document, next, 'turn', key);
    }
  }
  const now = Date.now();
  return { stage, turn: turn || '', ...(next === undefined ? ENDED : turnTimes(tx, now)), turnSince: now };
}

/** What must be there before anybody is asked to sign. */
function checkComplete(tx, document) {
  const parties = partiesOf(tx, document.id);
  const fields = json(document, 'fields') || [];
  const missing = [];
  const signers = parties.filter((party) => party.getString('kind') !== 'viewer');
  if (signers.length === 0) missing.push('parties');
  for (const party of signers) {
    const mine = (field) => field.party === party.id && field.kind === 'signature';
    if (!fields.some(mine)) missing.push(`signature:${party.id}`);
    if (party.getString('name') === '') missing.push(`name:${party.id}`);
    const channel = party.getString('channel');
    const byLink = party.getString('member') === '';
    if (byLink && channel === 'email' && !MAIL_PATTERN.test(party.getString('contactEmail'))) {
      missing.push(`email:${party.id}`);
    }
    if (byLink && channel === 'sms' && !PHONE_PATTERN.test(party.getString('contactPhone'))) {
      missing.push(`phone:${party.id}`);
    }
  }
  if (missing.length > 0)
    throw new Refusal('incomplete', 'The document is not ready to be sent.', { missing });
}

function send(tx, who, document, action) {
  if (document.getString('stage') !== 'draft')
    throw new Refusal('not-draft', 'The document was sent already.');
  if (document.getInt('head') < 0) throw new Refusal('not-frozen', 'The layout is not fixed yet.');
  checkComplete(tx, document);
  document.set('greeting', action.payload.message || '');
  events.append(tx, document.id, 'sent', who.id, { action: action.id });
  const end = deadlines.atSending(tx, Date.now(), action.payload.expires);
  return step(tx, document, { ...end, ...passTurn(tx, who, document, action.id) });
}

/** After a signature: the next party's turn, or the end with word to everybody. */
function signed(tx, who, document, key) {
  const values = passTurn(tx, who, document, key);
  if (values.stage !== 'completed') return values;
  events.append(tx, document.id, 'completed', 'server', { head: document.getInt('head') });
  const owner = document.getString('owner');
  const told = new Set([owner]);
  tellMember(tx, document, owner, 'completed', key);
  for (const party of partiesOf(tx, document.id)) {
    const member = party.getString('member');
    if (member === '') tellParty(tx, document, party, 'completed', key);
    else if (!told.has(member)) {
      told.add(member);
      tellMember(tx, document, member, 'completed', key);
    }
  }
  return values;
}

/** Stops a document and tells its owner and every party that had heard of it; `but` is who stopped it. */
function halt(tx, who, document, key, { how, name, reason, but }) {
  const payload = { how, who: name, reason };
  const owner = document.getString('owner');
  if (who.id !== `users:${owner}`) tellMember(tx, document, owner, 'stopped', key, payload);
  for (const party of partiesOf(tx, document.id)) {
    const heard = ['turn', 'signed'].includes(party.getString('status'));
    const byLink = party.getString('member') === '' && party.getString('channel') !== 'hand';
    if (heard && byLink && party.id !== but)
      tellParty(tx, document, party, 'stopped', key, { how, who: name });
  }
  return step(tx, document, {
    ...ENDED,
    stage: 'stopped',
    stopReason: how,
    stopNote: reason,
    turn: '',
    turnSince: Date.now()
  });
}

function decline(tx, who, document, action) {
  const party = tx.findRecordById('parties', action.payload.party);
  setStatus(tx, document, party, 'declined');
  events.append(tx, document.id, 'declined', who.id, { action: action.id, party: party.id });
  const name = party.getString('name');
  return halt(tx, who, document, action.id, {
    how: 'declined',
    name,
    reason: action.payload.reason,
    but: party.id
  });
}

function withdraw(tx, who, document, action) {
  const stage = document.getString('stage');
  if (stage === 'completed' || stage === 'stopped')
    throw new Refusal('not-open', 'The document has ended.', { stage });
  if (document.getInt('head') < 0) throw new Refusal('not-frozen', 'A draft is removed, not withdrawn.');
  events.append(tx, document.id, 'voided', who.id, { action: action.id });
  const name = who.user.getString('name');
  return halt(tx, who, document, action.id, { how: 'voided', name, reason: action.payload.reason, but: '' });
}

module.exports = {
  actsFor,
  checkTurn,
  checkVersion,
  decline,
  halt,
  send,
  signed,
  step,
  tellMember,
  tellParty,
  touch,
  turnTimes,
  withdraw
};
