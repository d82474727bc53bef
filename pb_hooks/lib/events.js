// The chain of a document's history (`src/lib/domain/event.ts`): appended in the transaction of what it tells
// about; nothing changes or removes an entry.
const eventDetails = require('./event-details.js');
const { EVENT_KINDS, EVENT_START, eventText, jcs } = require('./shared.js');

/** The newest event, or null. */
function newest(app, document) {
  return app.findRecordsByFilter('events', 'document = {:document}', '-seq', 1, 0, { document })[0] || null;
}

/** Head of a chain as the wire has it (`receipt.ts`), or null while nothing is recorded. */
function headOf(app, document) {
  const last = newest(app, document);
  return last === null ? null : { document, seq: last.getInt('seq'), hash: last.getString('hash') };
}

/**
 * @param {any} tx
 * @param {string} document id
 * @param {string} kind one of EVENT_KINDS
 * @param {string} actor `users:<id>`, `parties:<id>` or `server`
 * @param {object} data ids, hashes and counts only: no name and no address, since it cannot be erased
 */
function append(tx, document, kind, actor, data) {
  if (!EVENT_KINDS.some((known) => known === kind)) throw new Error(`No event is called ${kind}.`);
  const last = newest(tx, document);
  const seq = last === null ? 0 : last.getInt('seq') + 1;
  const prev = last === null ? EVENT_START : last.getString('hash');
  const at = Date.now();
  const text = eventText({ document, seq, kind, actor, at, data }, prev);
  const row = new Record(tx.findCollectionByNameOrId('events'));
  row.load({ document, seq, kind, actor, at, data: jcs(data), prev, hash: $security.sha256(text) });
  tx.save(row);
}

const wire = (row) => ({
  seq: row.getInt('seq'),
  kind: row.getString('kind'),
  actor: row.getString('actor'),
  at: row.getInt('at'),
  data: JSON.parse(row.getString('data') || 'null'),
  prev: row.getString('prev'),
  hash: row.getString('hash')
});

/** The readable history, oldest first (`api.ts`, EventRow). */
function list(app, document) {
  const texts = eventDetails.of(app, document);
  return app.findRecordsByFilter('events', 'document = {:document}', 'seq', 0, 0, { document }).map((row) => {
    const event = wire(row);
    const details = event.data === null ? undefined : texts[event.data.details];
    return { ...event, ...(details && { details }) };
  });
}

/** Whether something of this kind is recorded already, by this actor about this file. */
function has(app, document, kind, actor, sha256) {
  return app
    .findRecordsByFilter('events', 'document = {:document} && kind = {:kind} && actor = {:actor}', '', 0, 0, {
      document,
      kind,
      actor
    })
    .some((row) => wire(row).data.sha256 === sha256);
}

module.exports = { append, has, headOf, list, newest };
