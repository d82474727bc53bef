// The authority's log (`security.md` C7, `src/lib/domain/certificate-log.ts`): a leaf for each certificate, in
// the transaction that issues it, and a head over all leaves so far. Nothing changes or removes one.
const { randomHex } = require('./random.js');
const { LOG_START, openingText } = require('./shared.js');

/** The newest entry, or null. */
function newest(app) {
  return app.findRecordsByFilter('certificate_log', '', '-seq', 1, 0)[0] || null;
}

const bytesOf = (hex) => toString(Uint8Array.from(Buffer.from(hex, 'hex')));

/**
 * @typedef {import('../../src/lib/domain/certificate-log.ts').LogOpening} Opening
 * @param {any} tx
 * @param {Omit<Opening, 'seq' | 'salt'>} about
 * @param {string} certificate its SHA-256, hex
 * @returns {{head: string, prev: string, opening: Opening}} as a proof statement holds it
 */
function append(tx, about, certificate) {
  const last = newest(tx);
  const prev = last === null ? LOG_START : last.getString('head');
  const opening = { ...about, seq: last === null ? 0 : last.getInt('seq') + 1, salt: randomHex(16) };
  const text = openingText(opening);
  const leaf = $security.sha256(text);
  const head = $security.sha256(bytesOf(prev + leaf));
  const row = new Record(tx.findCollectionByNameOrId('certificate_log'));
  row.load({ seq: opening.seq, certificate, leaf, head, opening: text });
  tx.save(row);
  return { head, prev, opening };
}

/** What a statement about this certificate says of the log. */
function entryOf(app, certificate) {
  const row = app.findFirstRecordByFilter('certificate_log', 'certificate = {:certificate}', { certificate });
  const seq = row.getInt('seq');
  const before =
    seq === 0 ? null : app.findFirstRecordByFilter('certificate_log', 'seq = {:seq}', { seq: seq - 1 });
  return {
    head: row.getString('head'),
    prev: before === null ? LOG_START : before.getString('head'),
    opening: JSON.parse(row.getString('opening'))
  };
}

/** Where the log stands: for mails and for whoever keeps it. Null while nothing was issued. */
function head(app) {
  const last = newest(app);
  return last === null ? null : { seq: last.getInt('seq'), head: last.getString('head') };
}

/** GET ca/log: leaves and heads only, oldest first; says nothing about anybody. */
function list(app, authority) {
  const rows = arrayOf(new DynamicModel({ leaf: '', head: '' }));
  app.db().select('leaf', 'head').from('certificate_log').orderBy('seq ASC').all(rows);
  return { v: 1, authority, entries: rows.map(({ leaf, head }) => ({ leaf, head })) };
}

module.exports = { append, entryOf, head, list };
