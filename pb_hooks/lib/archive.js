// What the server appends by itself (`contracts.md`, "Time and archive"): a document timestamp behind a
// signature that came without one, and the archive behind the last signature. At once where the authority
// answers, else by cron for seven days.
const authority = require('./authority.js');
const blobs = require('./blobs.js');
const changes = require('./changes.js');
const drafts = require('./drafts.js');
const events = require('./events.js');
const { partiesOf, partyRecord, revisionsOf, workspace } = require('./records.js');
const { describe, transact } = require('./refusal.js');
const shared = require('./shared-proofs.js');
const { turnOf } = require('./shared.js');
const timestamps = require('./timestamps.js');

const LEASE_MS = 120_000;
const GIVE_UP_MS = 7 * 86_400_000;
/** Wait before the next try, by the number of tries made, ms; then each hour. */
const PAUSE = [60_000, 60_000, 120_000, 300_000, 900_000];
const HOUR_MS = 3_600_000;
/** Who appends, where a caller is asked for. */
const SERVER = { id: 'server' };

/** Everything that a reader needs to judge the signatures with no network. */
function validationData(app, doc) {
  const row = workspace(app);
  const own = [row.getString('issuing'), row.getString('root')].map(shared.fromBase64);
  const { certificates } = timestamps.profile(app, timestamps.WAIT.action);
  return {
    certificates: shared.missingCertificates(doc, [...own, ...certificates]),
    crls: [
      shared.fromBase64(authority.revocationList(app)),
      shared.fromBase64(row.getString('rootCrl')),
      ...timestamps.lists(app)
    ],
    ocsps: []
  };
}

/**
 * The file with one more revision. `bytes` is not copied more than once. Throws a Refusal when no authority
 * answers, PdfError when the file has no place for a timestamp.
 * @returns {{kind: 'timestamp' | 'archive', bytes: Buffer, sha256: string, time: number, certificate: string}}
 */
function append(app, doc, bytes, kind, seconds) {
  const data = kind === 'archive' ? validationData(app, doc) : null;
  let { room } = timestamps.profile(app, seconds);
  for (let tries = 0; ; tries++) {
    const hole = shared.prepareTimestamp(doc, room, data);
    const digest = $security.sha256(toString(Buffer.concat([bytes, ...hole.covered])));
    const token = timestamps.stamp(app, shared.fromHex(digest), seconds);
    if (token.token.length > room && tries < 2) {
      room = token.token.length + 64;
      continue;
    }
    const whole = Buffer.concat([bytes, hole.fill(token.token)]);
    return {
      kind,
      bytes: whole,
      sha256: $security.sha256(toString(whole)),
      time: token.time,
      certificate: shared.certificateSha256(token.certificate)
    };
  }
}

/**
 * What is due behind a signature, before it is stored: null when nothing is, or no authority is configured.
 * `made` is null when the authority did not answer: cron tries on.
 * @param {any} app
 * @param {{document: any, party: string, bytes: Uint8Array, followed: boolean}} signature `followed`: the caller
 *   brings the next signature over these very bytes, which nothing may come between
 */
function follow(app, { document, party, bytes, followed }) {
  if (!timestamps.configured() || followed) return null;
  const doc = shared.openPdf(shared.memorySource(bytes));
  const kind = completes(app, document, party) ? 'archive' : 'timestamp';
  const own = shared.newestTimestamp(doc);
  if (kind === 'timestamp' && own !== null && timestamps.holds(own)) return null;
  try {
    const made = append(app, doc, bytes, kind, timestamps.WAIT.action);
    blobs.keep(app, SERVER.id, made.bytes, made.sha256);
    return { kind, made };
  } catch (error) {
    if (error.name === 'PdfError') {
      // A signature of the uploaded file locks every field: no timestamp is ever possible in it.
      console.warn('archive:', document.id, describe(error));
      return null;
    }
    console.warn('archive:', document.id, describe(error));
    return { kind, made: null };
  }
}

function completes(app, document, party) {
  const parties = partiesOf(app, document.id).map((row) => partyRecord(row, false));
  const signed = parties.map((one) => (one.id === party ? { ...one, status: 'signed' } : one));
  return turnOf(signed).stage === 'completed';
}

/** Stores what `follow` made behind the signature `base`, or leaves it to cron. Inside the transaction. */
function store(tx, document, base, due) {
  if (due.made === null) {
    const row = new Record(tx.findCollectionByNameOrId('stamps'));
    const now = Date.now();
    row.load({ document: document.id, base, status: 'waiting', due: now + PAUSE[0], createdAt: now });
    tx.save(row);
    return;
  }
  const { kind, sha256, time, certificate, bytes } = due.made;
  const seq = document.getInt('head') + 1;
  const revision = { seq, kind, sha256, prevSha256: base, size: bytes.length, party: '', action: 'server' };
  drafts.addRevision(tx, SERVER, document, revision);
  document.set('head', seq);
  const done = kind === 'archive' ? 'archived' : 'timestamped';
  events.append(tx, document.id, done, 'server', { seq, sha256, time, authority: certificate });
}

/** Takes the next row that is due, under a lease; null when there is none. */
function claim(app) {
  return transact(app, (tx) => {
    const now = Date.now();
    const filter = "status = 'waiting' && due <= {:now} && lease <= {:now}";
    const row = tx.findRecordsByFilter('stamps', filter, 'due', 1, 0, { now })[0];
    if (row === undefined) return null;
    row.load({ lease: now + LEASE_MS, tries: row.getInt('tries') + 1 });
    tx.save(row);
    return row;
  });
}

const newestOf = (app, document) => {
  const revisions = revisionsOf(app, document);
  return revisions[revisions.length - 1];
};

/** One try of one row. */
function attempt(app, row) {
  const base = row.getString('base');
  const document = app.findRecordById('documents', row.getString('document'));
  if (newestOf(app, document.id).getString('sha256') !== base) return 'overtaken';
  const kind = document.getString('stage') === 'completed' ? 'archive' : 'timestamp';
  const bytes = blobs.buffer(app, app.findFirstRecordByFilter('blobs', 'sha256 = {:base}', { base }));
  const doc = shared.openPdf(shared.memorySource(bytes));
  const made = append(app, doc, bytes, kind, timestamps.WAIT.cron);
  blobs.keep(app, SERVER.id, made.bytes, made.sha256);
  return transact(app, (tx) => {
    const current = tx.findRecordById('documents', document.id);
    const moved = newestOf(tx, document.id).getString('sha256') !== base;
    // Completed meanwhile: then an archive is due, not a timestamp. The next minute makes it.
    if (moved) return 'overtaken';
    if ((current.getString('stage') === 'completed') !== (kind === 'archive')) return 'waiting';
    store(tx, current, base, { kind, made });
    tx.save(current);
    changes.note(tx, 'documents', current.id, current);
    return 'done';
  });
}

/** Tries what waits for an authority. Called each minute. */
function catchUp(app) {
  if (!timestamps.configured()) return;
  for (let left = 20; left > 0; left--) {
    const row = claim(app);
    if (row === null) return;
    let status = 'waiting';
    let error = '';
    try {
      status = attempt(app, row);
    } catch (thrown) {
      error = describe(thrown).slice(0, 500);
      if (thrown.name === 'PdfError') status = 'given-up';
    }
    settle(app, row.id, status, error);
  }
}

function settle(app, id, status, error) {
  transact(app, (tx) => {
    const row = tx.findRecordById('stamps', id);
    const now = Date.now();
    const over = status === 'waiting' && now - row.getInt('createdAt') > GIVE_UP_MS;
    const due = now + (PAUSE[row.getInt('tries')] || HOUR_MS);
    const ended = over ? 'given-up' : status;
    row.load({ status: ended, due, lease: 0, error });
    tx.save(row);
    if (ended !== 'given-up') return;
    events.append(tx, row.getString('document'), 'timestamp-failed', 'server', {
      base: row.getString('base')
    });
  });
}

module.exports = { catchUp, follow, store };
