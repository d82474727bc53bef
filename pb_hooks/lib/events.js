// The chain of a document's history: hash = SHA-256 of the canonical event, each over the one before
// (`contracts.md`). Appended in the transaction of what it tells about; nothing changes or removes one.
const eventDetails = require('./event-details.js');
const { jcs } = require('./shared.js');

const FIRST = '0'.repeat(64);

/** The newest event, or null. */
function newest(app, document) {
  return app.findRecordsByFilter('events', 'document = {:document}', '-seq', 1, 0, { document })[0] || null;
}

/**
 * @param {string} document id
 * @param {string} kind created, frozen, sent, code-sent, code-failed, code-right, signed, declined, voided,
 *   completed, message-sent, message-failed, certified
 * @param {string} actor `users:<id>`, `parties:<id>` or `server`
 * @param {object} data ids, hashes and counts only: no name and no address, since it cannot be erased
 */
function append(tx, document, kind, actor, data) {
  const last = newest(tx, document);
  const seq = last === null ? 0 : last.getInt('seq') + 1;
  const prev = last === null ? FIRST : last.getString('hash');
  const at = Date.now();
  const hash = $security.sha256(jcs({ document, seq, kind, actor, at, data, prev }));
  const row = new Record(tx.findCollectionByNameOrId('events'));
  row.load({ document, seq, kind, actor, at, data: jcs(data), prev, hash });
  tx.save(row);
}

/** The readable history (`api.ts`, EventRow). */
function list(app, document) {
  const texts = eventDetails.of(app, document);
  return app.findRecordsByFilter('events', 'document = {:document}', 'seq', 0, 0, { document }).map((row) => {
    const data = JSON.parse(row.getString('data'));
    const details = texts[data.details];
    return {
      seq: row.getInt('seq'),
      kind: row.getString('kind'),
      actor: row.getString('actor'),
      at: row.getInt('at'),
      data,
      ...(details && { details }),
      hash: row.getString('hash')
    };
  });
}

module.exports = { append, list, newest };
