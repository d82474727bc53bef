// `POST actions`: each in a transaction of its own, answered once (`security.md` A1, A2).
const deadlines = require('./deadlines.js');
const drafts = require('./drafts.js');
const events = require('./events.js');
const partyChanges = require('./party-changes.js');
const receipts = require('./receipts.js');
const { workspace } = require('./records.js');
const { Refusal, asRefusal, transact } = require('./refusal.js');
const { first, runs } = require('./caller.js');
const shared = require('./shared.js');
const signing = require('./signing.js');
const stages = require('./stages.js');

const MOST = 50;
/** An action that comes so much later than it was made waited on a device: the history says so. */
const LATE_MS = 120_000;

/**
 * @typedef {(tx: any, who: any, document: any, action: any, prepared?: any) => any} Apply
 * @type {Record<string, {who: string, prepare?: Function, apply: Apply}>}
 * What each kind does. `prepare` (optional) is the slow part before the transaction; `apply` runs inside it
 * and throws a Refusal to undo everything. `who`: 'member' = one who runs the document, 'party' = whoever
 * may act for the party that the payload names.
 */
const KINDS = {
  'document.create': { who: 'creator', apply: drafts.create },
  'document.save': { who: 'member', apply: drafts.save },
  'document.freeze': { who: 'member', prepare: drafts.prepareFreeze, apply: drafts.freeze },
  'document.delete': { who: 'member', apply: drafts.remove },
  'document.send': { who: 'member', apply: stages.send },
  'document.void': { who: 'member', apply: stages.withdraw },
  'document.sign': { who: 'party', prepare: signing.prepare, apply: signing.sign },
  'document.decline': { who: 'party', apply: stages.decline },
  'document.extend': { who: 'member', apply: deadlines.extend },
  'document.delegate': { who: 'party', apply: partyChanges.delegate },
  'party.update': { who: 'member', apply: partyChanges.update },
  'party.remind': { who: 'member', apply: partyChanges.remind }
};

/** JSON with its members sorted: equal text for equal payloads. Not JCS: places of fields are fractions. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
    .join(',')}}`;
}

function known(app, who, action, payloadSha256) {
  const row = first(app, 'actions', 'actor = {:actor} && action = {:id}', { actor: who.id, id: action.id });
  if (row === null) return null;
  if (row.getString('payloadSha256') !== payloadSha256) {
    throw new Refusal('action-reused', 'This action id was used with another payload.');
  }
  return { id: action.id, row };
}

/** What is answered for an accepted action, the first time and each time again. */
function accepted(app, { id, row }) {
  const body = JSON.parse(row.getString('body'));
  return { id, status: row.getInt('status'), code: 'ok', body, ...receipts.receiptOf(app, row) };
}

/** Made on the device long before it came; its clock may be wrong, so only the difference to now is told. */
function noteLate(tx, who, document, action) {
  const late = Date.now() - action.at;
  if (late < LATE_MS || events.newest(tx, document) === null) return;
  events.append(tx, document, 'synced', who.id, { action: action.id, kind: action.kind, late });
}

/** The document, if the caller may do this to it; nothing is told about others (`not-found`). */
function permitted(app, who, kind, action) {
  const document = first(app, 'documents', 'id = {:id}', { id: action.document });
  if (kind.who === 'creator') {
    if (who.kind !== 'member') throw new Refusal('forbidden', 'Only members prepare documents.');
    return document;
  }
  const missing = new Refusal('not-found', 'There is no such document.');
  if (document === null) throw missing;
  if (who.kind === 'party') {
    if (who.party.getString('document') !== document.id) throw missing;
    if (kind.who !== 'party') throw new Refusal('forbidden', 'Only members do this.');
    return document;
  }
  const mine = kind.who === 'party' && stages.actsFor(app, who, document, action.payload.party);
  if (!runs(who, document) && !mine) throw missing;
  return document;
}

function perform(app, who, raw, later) {
  const wire = shared.safeParse(shared.wireActionSchema, raw);
  if (!wire.success) throw new Refusal('bad-request', 'This is no action.');
  const action = wire.output;
  const payloadSha256 = $security.sha256(
    canonical([action.kind, action.document, action.baseVersion, action.payload])
  );
  const before = known(app, who, action, payloadSha256);
  if (before !== null) return accepted(app, before);
  const payload = shared.safeParse(shared.payloadSchemas[action.kind], action.payload);
  if (!payload.success) {
    const issue = payload.issues[0];
    const where = (issue.path || []).map((step) => step.key).join('.');
    throw new Refusal('bad-request', `${where}: ${issue.message}`);
  }
  action.payload = payload.output;
  const kind = KINDS[action.kind];
  const seen = permitted(app, who, kind, action);
  const prepared = kind.prepare ? kind.prepare(app, who, seen, action, later) : undefined;
  const done = transact(app, (tx) => {
    // The same action may have come on another connection meanwhile.
    const again = known(tx, who, action, payloadSha256);
    if (again !== null) return again;
    const document = permitted(tx, who, kind, action);
    if (kind.who !== 'creator') {
      if (kind.who === 'party') stages.checkTurn(tx, who, document, action.payload.party);
      if (!shared.VERSIONLESS.includes(action.kind)) stages.checkVersion(tx, who, document, action);
    }
    const body = kind.apply(tx, who, document, action, prepared);
    noteLate(tx, who, action.document, action);
    const head = events.headOf(tx, action.document);
    const row = new Record(tx.findCollectionByNameOrId('actions'));
    row.load({
      actor: who.id,
      action: action.id,
      payloadSha256,
      document: action.document,
      status: 200,
      body: JSON.stringify(body),
      epoch: workspace(tx).getString('epoch'),
      eventSeq: head === null ? 0 : head.seq,
      eventHash: head === null ? '' : head.hash,
      blobSha256: blobOf(action.payload),
      at: Date.now()
    });
    tx.save(row);
    return { id: action.id, row };
  });
  return accepted(app, done);
}

/** The file that an action brings, or ''. */
function blobOf(/** @type {any} */ payload) {
  return payload.revision ? payload.revision.sha256 : '';
}

/** @returns {import('../../src/lib/domain/api.ts').ActionsResponse} */
function run(app, who, actions) {
  if (!Array.isArray(actions) || actions.length > MOST) {
    throw new Refusal('bad-request', `Up to ${MOST} actions at once.`);
  }
  const failed = new Set();
  const results = actions.map((raw, i) => {
    const document = raw && typeof raw.document === 'string' ? raw.document : '';
    const id = raw && typeof raw.id === 'string' ? raw.id : '';
    try {
      if (failed.has(document))
        throw new Refusal('earlier-failed', 'An earlier action of this document failed.');
      return perform(app, who, raw, actions.slice(i + 1));
    } catch (error) {
      const refusal = asRefusal(error);
      failed.add(document);
      return {
        id,
        status: refusal.status,
        code: refusal.code,
        body: { ...refusal.extra, message: refusal.message }
      };
    }
  });
  return { results, now: Date.now() };
}

module.exports = { run };
