// A document before it is sent: created, saved, frozen, removed.
const blobs = require('./blobs.js');
const changes = require('./changes.js');
const events = require('./events.js');
const { documentRecord, partiesOf } = require('./records.js');
const { Refusal } = require('./refusal.js');
const { first } = require('./caller.js');
const { partyLetters } = require('./shared.js');

function bad(message) {
  return new Refusal('bad-request', message);
}

/** What the schema cannot say: ids that meet, orders that differ, members that exist. */
function checkDraft(tx, payload) {
  const ids = payload.parties.map((party) => party.id);
  if (new Set(ids).size !== ids.length) throw bad('Two parties have the same id.');
  if (new Set(payload.parties.map((party) => party.order)).size !== ids.length) {
    throw bad('Two parties have the same place in the order.');
  }
  const fieldIds = payload.fields.map((field) => field.id);
  if (new Set(fieldIds).size !== fieldIds.length) throw bad('Two fields have the same id.');
  for (const field of payload.fields) {
    if (!ids.includes(field.party)) throw bad(`Field ${field.id} belongs to no party.`);
  }
  for (const party of payload.parties) {
    if (party.proof === 'staff' && party.member === null) throw bad('A party of the staff needs its member.');
    if (party.member !== null && first(tx, 'members', 'user = {:id}', { id: party.member }) === null) {
      throw bad('This member does not exist.');
    }
  }
}

function putParties(tx, document, payload) {
  const kept = new Set(payload.parties.map((party) => party.id));
  for (const row of partiesOf(tx, document.id)) {
    if (kept.has(row.id)) continue;
    tx.delete(row);
    changes.note(tx, 'parties', row.id, document, true);
  }
  for (const party of payload.parties) {
    let row = first(tx, 'parties', 'id = {:id}', { id: party.id });
    if (row !== null && row.getString('document') !== document.id) throw bad('This party id is taken.');
    if (row === null) {
      row = new Record(tx.findCollectionByNameOrId('parties'));
      row.set('id', party.id);
      row.setRandomPassword();
    }
    row.load({
      document: document.id,
      order: party.order,
      kind: party.kind,
      name: party.name,
      organisation: party.organisation,
      contactEmail: party.email || '',
      contactPhone: party.phone || '',
      channel: party.channel,
      proof: party.proof,
      language: party.language,
      member: party.member || '',
      status: 'draft'
    });
    tx.save(row);
    changes.note(tx, 'parties', row.id, document);
  }
}

/** Puts a draft's content into its row and its parties into theirs. */
function put(tx, who, document, payload) {
  checkDraft(tx, payload);
  if (payload.original !== null) {
    blobs.named(tx, who, document.isNew() ? null : document, payload.original);
    blobs.used(tx, who, payload.original);
  }
  const now = Date.now();
  document.load({
    title: payload.title,
    data: payload.data,
    fields: payload.fields,
    original: payload.original || '',
    template: payload.template,
    turnSince: now,
    version: document.getInt('version') + 1,
    updatedAt: now
  });
  tx.save(document);
  putParties(tx, document, payload);
  changes.note(tx, 'documents', document.id, document);
}

function create(tx, who, existing, action) {
  if (existing !== null) {
    // An id that somebody else made first: nothing about that document is told.
    if (existing.getString('owner') !== who.user.id) throw bad('This document id is taken.');
    throw new Refusal('version', 'The document exists already.', { current: documentRecord(tx, existing) });
  }
  const document = new Record(tx.findCollectionByNameOrId('documents'));
  document.set('id', action.document);
  document.load({ owner: who.user.id, team: who.team, stage: 'draft', head: -1, createdAt: Date.now() });
  put(tx, who, document, action.payload);
  events.append(tx, document.id, 'created', who.id, { action: action.id });
  return { version: document.getInt('version') };
}

function checkDraftStage(document) {
  if (document.getString('stage') !== 'draft' || document.getInt('head') >= 0) {
    throw new Refusal('not-draft', 'The layout is fixed already.');
  }
}

function save(tx, who, document, action) {
  checkDraftStage(document);
  put(tx, who, document, action.payload);
  return { version: document.getInt('version') };
}

/** Before the transaction: the frozen bytes begin with exactly the original's. */
function prepareFreeze(app, who, document, action) {
  const { original, revision } = action.payload;
  if (original === null) throw bad('A document needs its pages before it is frozen.');
  const before = blobs.named(app, who, document, original);
  const after = blobs.named(app, who, document, revision.sha256);
  if (revision.seq !== 0 || revision.prevSha256 !== original)
    throw bad('The first revision follows the original.');
  if (after.getInt('size') !== revision.size) throw new Refusal('hash-mismatch', 'The size is another one.');
  const size = before.getInt('size');
  if (after.getInt('size') <= size || blobs.text(app, before) !== blobs.text(app, after, size)) {
    throw new Refusal('prefix', 'The frozen file does not begin with the original.');
  }
}

/** The letter of each party, as its fields are named; refuses names that fit no party. */
function lettersOf(payload) {
  try {
    return partyLetters(payload.parties, payload.fields);
  } catch (error) {
    if (error.name === 'RangeError') throw bad(error.message);
    throw error;
  }
}

function freeze(tx, who, document, action) {
  checkDraftStage(document);
  const { revision, ...payload } = action.payload;
  const letters = lettersOf(payload);
  const names = payload.fields.map((field) => field.name);
  if (names.includes(undefined)) throw bad('A field has no name.');
  if (new Set(names).size !== names.length) throw bad('Two fields have the same name.');
  put(tx, who, document, payload);
  for (const party of partiesOf(tx, document.id)) {
    party.set('letter', letters.get(party.id));
    tx.save(party);
  }
  document.set('head', 0);
  tx.save(document);
  addRevision(tx, who, document, { ...revision, kind: 'freeze', party: '', action: action.id });
  events.append(tx, document.id, 'frozen', who.id, {
    action: action.id,
    original: payload.original,
    sha256: revision.sha256
  });
  return { version: document.getInt('version') };
}

/** Writes a revision's row; its bytes are stored already. */
function addRevision(tx, who, document, { seq, kind, sha256, prevSha256, size, party, action }) {
  const row = new Record(tx.findCollectionByNameOrId('revisions'));
  row.load({ document: document.id, seq, kind, sha256, prevSha256, size, party, action, at: Date.now() });
  tx.save(row);
  blobs.used(tx, who, sha256);
  changes.note(tx, 'revisions', row.id, document);
}

function remove(tx, who, document, action) {
  checkDraftStage(document);
  for (const row of partiesOf(tx, document.id)) changes.note(tx, 'parties', row.id, document, true);
  changes.note(tx, 'documents', document.id, document, true);
  events.append(tx, document.id, 'removed', who.id, { action: action.id });
  const version = document.getInt('version') + 1;
  tx.delete(document);
  return { version };
}

module.exports = { addRevision, create, freeze, prepareFreeze, remove, save };
