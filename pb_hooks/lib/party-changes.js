// Somebody else in a party's place, another address, one more word to whoever is waited for. Whatever was sent
// to the former address is void at once: links, codes, the session, the certificate (`security.md` L1, L7, L8).
const changes = require('./changes.js');
const eventDetails = require('./event-details.js');
const events = require('./events.js');
const messages = require('./messages.js');
const { partyRecord, workspace } = require('./records.js');
const { Refusal } = require('./refusal.js');
const stages = require('./stages.js');

const HOUR = 3_600_000;

/** The party of an open document, who has not signed. */
function unsigned(tx, document, id) {
  if (!['company', 'client'].includes(document.getString('stage'))) {
    throw new Refusal('not-open', 'The document waits for nobody.', { stage: document.getString('stage') });
  }
  const party = tx.findRecordsByFilter('parties', 'id = {:id} && document = {:document}', '', 1, 0, {
    id,
    document: document.id
  })[0];
  if (party === undefined) throw new Refusal('not-found', 'There is no such party.');
  if (party.getString('status') === 'signed') throw new Refusal('not-open', 'This party has signed.');
  return party;
}

/** Ends everything that the person who was reached so far can still use. */
function cutOff(tx, party) {
  const id = { id: party.id };
  for (const link of tx.findRecordsByFilter('links', 'party = {:id} && revoked = false', '', 0, 0, id)) {
    link.load({ revoked: true, codeHash: '', codeExpires: 0 });
    tx.save(link);
  }
  const own = 'party = {:id} && revokedAt = 0';
  for (const certificate of tx.findRecordsByFilter('certificates', own, '', 0, 0, id)) {
    certificate.load({ revokedAt: Date.now(), revokedFor: 'affiliationChanged' });
    tx.save(certificate);
  }
  messages.withdraw(tx, party.id, 'gone');
  party.refreshTokenKey();
}

/** Puts another person or address into a party's place, and asks there when it is its turn. */
function replace(tx, document, party, to, key) {
  cutOff(tx, party);
  party.load({
    name: to.name.trim(),
    organisation: to.organisation.trim(),
    contactEmail: to.email || '',
    contactPhone: to.phone || '',
    channel: to.channel,
    proof: to.channel,
    member: '',
    zone: '',
    addressChangedAt: Date.now()
  });
  tx.save(party);
  changes.note(tx, 'parties', party.id, document);
  if (document.getString('turn') !== party.id) return stages.touch(tx, document);
  stages.tellParty(tx, document, party, 'turn', key);
  // A new person has all the time of the plan.
  document.load(stages.turnTimes(tx, Date.now()));
  return stages.touch(tx, document);
}

/** `party.update`: by whoever runs the document. */
function update(tx, who, document, action) {
  const party = unsigned(tx, document, action.payload.party);
  const { name, organisation } = partyRecord(party, false);
  const { to } = action.payload;
  const after = { name: to.name.trim(), organisation: to.organisation.trim() };
  const details = eventDetails.keep(tx, document.id, { before: { name, organisation }, after });
  events.append(tx, document.id, 'address-changed', who.id, { action: action.id, party: party.id, details });
  return replace(tx, document, party, to, action.id);
}

/** `document.delegate`: by the party itself, behind its code, where the workspace allows it. */
function delegate(tx, who, document, action) {
  // A link alone would let whoever reads it send the document on to an address of their own (L2).
  if (who.by === 'link') throw new Refusal('sign-in', 'Open the link again.', { status: 403 });
  if (!workspace(tx).getBool('delegation')) {
    throw new Refusal('forbidden', 'This workspace does not let a party hand over.');
  }
  const party = unsigned(tx, document, action.payload.party);
  if (party.getString('channel') === 'hand' && party.getString('member') === '') {
    throw new Refusal('forbidden', 'Who signs in person hands nothing over.');
  }
  const { to } = action.payload;
  const before = party.getString('name');
  const after = to.name.trim();
  const details = eventDetails.keep(tx, document.id, {
    before: { name: before, organisation: party.getString('organisation') },
    after: { name: after, organisation: to.organisation.trim() }
  });
  events.append(tx, document.id, 'delegated', who.id, { action: action.id, party: party.id, details });
  const owner = document.getString('owner');
  if (who.id !== `users:${owner}`) {
    stages.tellMember(tx, document, owner, 'delegated', action.id, { who: before, to: after });
  }
  return replace(tx, document, party, to, action.id);
}

/** `party.remind`: once an hour at most. */
function remind(tx, who, document, action) {
  const party = unsigned(tx, document, action.payload.party);
  if (document.getString('turn') !== party.id)
    throw new Refusal('not-your-turn', 'It is not the turn of this party.');
  if (party.getString('channel') === 'hand' && party.getString('member') === '') {
    throw new Refusal('bad-request', 'Who signs in person gets no messages.');
  }
  const now = Date.now();
  if (party.getInt('remindedAt') > now - HOUR) {
    throw new Refusal('reminded', 'This party was reminded within the last hour.');
  }
  party.set('remindedAt', now);
  tx.save(party);
  const member = party.getString('member');
  if (member === '') stages.tellParty(tx, document, party, 'reminder', action.id);
  else stages.tellMember(tx, document, member, 'reminder', action.id);
  events.append(tx, document.id, 'reminded', who.id, { action: action.id, party: party.id });
  return stages.touch(tx, document);
}

module.exports = { delegate, remind, update };
