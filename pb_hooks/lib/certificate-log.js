// The authority's log (`security.md` C7, `src/lib/domain/certificate-log.ts`): a leaf for each certificate, in
// the transaction that issues it, and a head over all leaves so far. Nothing changes or removes one.
const { randomHex } = require('./random.js');
const { workspace } = require('./records.js');
const { LOG_START, openingText, restartText } = require('./shared.js');

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
  const epoch = workspace(tx).getString('epoch');
  const before = newest(tx);
  // Restored from a backup: what the log held beyond it is lost, and the log itself says so, for good.
  const restored = before !== null && before.getString('epoch') !== epoch;
  const last = restored ? put(tx, before, epoch, `restored-${epoch}`, restartOf(before, epoch)) : before;
  const prev = last === null ? LOG_START : last.getString('head');
  const opening = { ...about, seq: nextSeq(last), salt: randomHex(16) };
  const row = put(tx, last, epoch, certificate, openingText(opening));
  return { head: row.getString('head'), prev, opening };
}

const nextSeq = (last) => (last === null ? 0 : last.getInt('seq') + 1);
const restartOf = (last, epoch) => restartText({ seq: nextSeq(last), epoch, at: new Date().toISOString() });

/** One more entry behind `last`. */
function put(tx, last, epoch, certificate, text) {
  const leaf = $security.sha256(text);
  const head = $security.sha256(bytesOf((last === null ? LOG_START : last.getString('head')) + leaf));
  const row = new Record(tx.findCollectionByNameOrId('certificate_log'));
  row.load({ seq: nextSeq(last), certificate, leaf, head, opening: text, epoch });
  tx.save(row);
  return row;
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

/** GET ca/log: leaves and heads, oldest first, and their times; says nothing about anybody. */
function list(app, authority) {
  const rows = arrayOf(new DynamicModel({ leaf: '', head: '' }));
  app.db().select('leaf', 'head').from('certificate_log').orderBy('seq ASC').all(rows);
  const restarts = app.findRecordsByFilter('certificate_log', "certificate ~ 'restored-%'", 'seq', 0, 0);
  const stamps = app.findRecordsByFilter('log_stamps', '', 'time', 0, 0);
  return {
    v: 1,
    authority,
    entries: rows.map(({ leaf, head }) => ({ leaf, head })),
    restarts: restarts.map((row) => {
      const { seq, restored, at } = JSON.parse(row.getString('opening'));
      return { seq, epoch: restored, at };
    }),
    stamps: stamps.map((row) => ({
      seq: row.getInt('seq'),
      head: row.getString('head'),
      time: row.getInt('time'),
      token: row.getString('token')
    }))
  };
}

module.exports = { append, entryOf, head, list };
