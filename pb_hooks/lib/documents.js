// What a member reads about one document besides its records.
const events = require('./events.js');
const { Refusal } = require('./refusal.js');
const { first, sees } = require('./caller.js');
const { maskAddress } = require('./shared.js');

function visible(app, who, id) {
  const document = first(app, 'documents', 'id = {:id}', { id });
  if (document === null || !sees(who, document)) throw new Refusal('not-found', 'There is no such document.');
  return document;
}

/** GET documents/{id}/messages (`api.ts`, MessageRow): no link, no code, no address. */
function messagesOf(app, who, id) {
  visible(app, who, id);
  return app.findRecordsByFilter('messages', 'document = {:id}', 'createdAt', 0, 0, { id }).map((row) => ({
    id: row.id,
    party: row.getString('party') || null,
    channel: row.getString('channel'),
    kind: row.getString('kind'),
    status: row.getString('status'),
    masked: maskAddress(row.getString('address')),
    at: row.getInt('changedAt') || row.getInt('createdAt'),
    error: row.getString('error')
  }));
}

/** GET documents/{id}/events (`api.ts`, EventRow). */
function eventsOf(app, who, id) {
  visible(app, who, id);
  return events.list(app, id);
}

module.exports = { eventsOf, messagesOf };
