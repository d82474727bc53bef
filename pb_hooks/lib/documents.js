// What a member reads about one document besides its records.
const events = require('./events.js');
const receipts = require('./receipts.js');
const { Refusal } = require('./refusal.js');
const { first, sees } = require('./caller.js');
const { maskAddress } = require('./shared.js');

function visible(app, who, id) {
  const document = first(app, 'documents', 'id = {:id}', { id });
  if (document === null || !sees(who, document)) throw new Refusal('not-found', 'There is no such document.');
  return document;
}

/** How a message is doing: its status, and why it is not further (`api.ts`, MessageState). */
function stateOf(row) {
  return {
    status: row.getString('status'),
    at: row.getInt('changedAt') || row.getInt('createdAt'),
    problem: row.getString('problem'),
    error: row
      .getString('error')
      .split(row.getString('address'))
      .join(maskAddress(row.getString('address'))),
    kept: row.getString('provider') === 'file'
  };
}

/** GET documents/{id}/messages (`api.ts`, MessageRow): no link, no code, no address. */
function messagesOf(app, who, id) {
  visible(app, who, id);
  return app.findRecordsByFilter('messages', 'document = {:id}', 'createdAt', 0, 0, { id }).map((row) => ({
    id: row.id,
    party: row.getString('party') || null,
    channel: row.getString('channel'),
    kind: row.getString('kind'),
    masked: maskAddress(row.getString('address')),
    ...stateOf(row)
  }));
}

/** One message about a document. */
function messageOf(app, document, id) {
  const row = first(app, 'messages', 'id = {:id} && document = {:document}', { id, document });
  if (row === null) throw new Refusal('not-found', 'There is no such message.');
  return row;
}

/** GET documents/{id}/events (`api.ts`, DocumentHistory). */
function eventsOf(app, who, id) {
  visible(app, who, id);
  const head = events.headOf(app, id);
  return {
    events: events.list(app, id),
    statements: require('./device-events.js').ofDocument(app, id),
    head: receipts.headsOf(app, head === null ? [] : [head])
  };
}

module.exports = { eventsOf, messageOf, messagesOf, stateOf, visible };
