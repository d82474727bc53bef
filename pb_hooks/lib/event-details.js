// Names and texts of events, apart from the chain, which holds their salted hash only: they can be erased, and
// the chain stays whole (`contracts.md`, "Canonical JSON"). Without the salt a name would be found by trying.
const { randomHex } = require('./random.js');
const { jcs } = require('./shared.js');

/** Keeps what an event tells in words; returns the hash that stands in the event's data. */
function keep(tx, document, details) {
  const salt = randomHex(32);
  const text = jcs(details);
  const sha256 = $security.sha256(salt + text);
  const row = new Record(tx.findCollectionByNameOrId('event_details'));
  row.load({ document, sha256, salt, text });
  tx.save(row);
  return sha256;
}

/** The texts of a document's events that are still there, by hash. */
function of(app, document) {
  const rows = app.findRecordsByFilter('event_details', 'document = {:document}', '', 0, 0, { document });
  return Object.fromEntries(rows.map((row) => [row.getString('sha256'), JSON.parse(row.getString('text'))]));
}

module.exports = { keep, of };
