// `POST documents`: another program (a CRM) hands in a document (`backend.md`). A PDF with places is frozen here
// by the code that devices use, and sent; values for a template make a draft that a member finishes.
const blobs = require('./blobs.js');
const { first } = require('./caller.js');
const drafts = require('./drafts.js');
const { Refusal, transact } = require('./refusal.js');
const shared = require('./shared.js');
const stages = require('./stages.js');
const tokens = require('./tokens.js');

const newId = () => $security.randomStringWithAlphabet(15, 'abcdefghijklmnopqrstuvwxyz0123456789');
const bad = (message, extra) => new Refusal('bad-request', message, extra);
const list = (value, name) => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw bad(`${name} is a list.`);
  return value;
};
const object = (value, name) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw bad(`${name} is an object.`);
  return value;
};

/** A person as a program names it: reached by the address that is there, and proved by it. */
function partyOf(value, order) {
  const { name, organisation, kind, email, phone, channel, language } = object(value, `parties[${order}]`);
  const way = channel || (email ? 'email' : 'sms');
  return {
    id: newId(),
    order,
    kind: kind || (order === 0 ? 'company' : 'client'),
    name: String(name || ''),
    organisation: String(organisation || ''),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    channel: way,
    proof: way === 'hand' ? 'in-person' : way,
    language: language || 'en',
    member: null
  };
}

/** A place: `party` counts from 0 in the order of `parties`. */
function fieldOf(value, n, parties) {
  const { party, kind, box, label, required, options, fontSize } = object(value, `fields[${n}]`);
  if (!Number.isInteger(party) || parties[party] === undefined) throw bad(`fields[${n}].party names nobody.`);
  return {
    id: newId(),
    party: parties[party].id,
    kind,
    box,
    label: String(label || ''),
    required: required !== false,
    ...(options !== undefined && { options }),
    ...(fontSize !== undefined && { fontSize })
  };
}

/** The draft of a request, checked by the schema that devices use. */
function draftOf(body) {
  const parties = list(body.parties, 'parties').map(partyOf);
  const fields = list(body.fields, 'fields').map((field, n) => fieldOf(field, n, parties));
  const data = { counterparty: '', number: '', date: '', amount: '', ...object(body.data || {}, 'data') };
  const template = body.template === undefined ? null : { version: 1, ...object(body.template, 'template') };
  const draft = { title: body.title, data, parties, fields, original: null, template };
  const checked = shared.safeParse(shared.payloadSchemas['document.create'], draft);
  if (!checked.success) {
    const [issue] = checked.issues;
    throw bad(`${(issue.path || []).map((step) => step.key).join('.')}: ${issue.message}`);
  }
  return checked.output;
}

/** Bytes of `file`, base64. */
function fileOf(body) {
  if (typeof body.file !== 'string' || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(body.file)) {
    throw bad('file is the PDF in base64.');
  }
  const { buffer, byteOffset, length } = Buffer.from(body.file.replace(/\s/g, ''), 'base64');
  if (length > blobs.MAX) throw new Refusal('too-large', `A file may have ${blobs.MAX} bytes.`);
  return new Uint8Array(buffer, byteOffset, length);
}

/** The layout fixed, as a device does it: letters and names that the file has not, and one appended revision. */
function freeze(draft, bytes) {
  const proofs = require('./shared-proofs.js');
  try {
    const doc = proofs.openPdf(proofs.memorySource(bytes));
    const taken = proofs.formFields(doc).map((field) => field.name);
    const free = shared.freeLetters(taken, draft.parties.length);
    const letters = new Map(draft.parties.map((party, i) => [party.id, free[i]]));
    const fields = shared.nameFields(draft.fields, letters);
    const parties = draft.parties.map(({ id, name }) => ({ id, name, letter: letters.get(id) }));
    const tail = proofs.freeze(doc, { parties, fields });
    const frozen = new Uint8Array(bytes.length + tail.length);
    frozen.set(bytes);
    frozen.set(tail, bytes.length);
    return { fields, frozen };
  } catch (error) {
    if (error.name === 'PdfError') throw bad(`The PDF cannot be used: ${error.message}`, { why: error.code });
    if (error.name === 'RangeError') throw bad(error.message);
    throw error;
  }
}

const hashed = (bytes) => $security.sha256(toString(bytes));

/** A PDF with places: kept, frozen, and unless `send` is false sent to the first party. */
function prepareFile(app, who, body, draft) {
  const bytes = fileOf(body);
  const original = hashed(bytes);
  const { fields, frozen } = freeze(draft, bytes);
  const sha256 = hashed(frozen);
  blobs.keep(app, who.id, bytes, original);
  blobs.keep(app, who.id, frozen, sha256);
  const revision = { seq: 0, sha256, size: frozen.length, prevSha256: original };
  return { ...draft, fields, original, revision };
}

/** One step as a device's action would take it. */
function step(tx, who, id, apply, kind, payload) {
  const checked = shared.safeParse(shared.payloadSchemas[kind], payload);
  if (!checked.success) throw bad(checked.issues[0].message);
  const document = first(tx, 'documents', 'id = {:id}', { id });
  return apply(tx, who, document, { id: newId(), document: id, kind, payload: checked.output });
}

function answerOf(tx, id) {
  const document = tx.findRecordById('documents', id);
  return { id, stage: document.getString('stage'), version: document.getInt('version') };
}

/** What was answered to this key before; another request under it is refused (`security.md` A1). */
function known(app, token, key, sha256) {
  const row = first(app, 'actions', 'actor = {:actor} && action = {:key}', { actor: `tokens:${token}`, key });
  if (row === null) return null;
  if (row.getString('payloadSha256') !== sha256) {
    throw new Refusal('action-reused', 'This Idempotency-Key was used with another request.');
  }
  return JSON.parse(row.getString('body'));
}

/** POST documents, with a token and an Idempotency-Key (`docs/api.md`). */
function take(e, app, body) {
  const { token, who } = tokens.callerOf(e, app);
  const key = e.request.header.get('Idempotency-Key');
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) {
    throw bad('Send an Idempotency-Key of 8 to 100 characters, the same for each try of one document.');
  }
  const sha256 = $security.sha256(JSON.stringify(body));
  const before = known(app, token, key, sha256);
  if (before !== null) return before;
  if ((body.file === undefined) === (body.template === undefined)) {
    throw bad('Send either a file or a template.');
  }
  if (body.template !== undefined && body.send === true) {
    throw bad('A template is laid out by a member’s device: it becomes a draft, which a member sends.');
  }
  const draft = draftOf(body);
  const frozen = body.file === undefined ? null : prepareFile(app, who, body, draft);
  const id = newId();
  return transact(app, (tx) => {
    const again = known(tx, token, key, sha256);
    if (again !== null) return again;
    const { revision: _, ...whole } = frozen || { ...draft, revision: null };
    step(tx, who, id, drafts.create, 'document.create', whole);
    if (frozen !== null) {
      step(tx, who, id, drafts.freeze, 'document.freeze', frozen);
      const { message, expires } = body;
      const send = { ...(message !== undefined && { message }), ...(expires !== undefined && { expires }) };
      if (body.send !== false) step(tx, who, id, stages.send, 'document.send', send);
    }
    const answer = answerOf(tx, id);
    const row = new Record(tx.findCollectionByNameOrId('actions'));
    row.load({
      actor: `tokens:${token}`,
      action: key,
      payloadSha256: sha256,
      document: id,
      status: 200,
      body: JSON.stringify(answer),
      at: Date.now()
    });
    tx.save(row);
    return answer;
  });
}

module.exports = { take };
