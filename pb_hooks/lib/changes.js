// The feed of `GET changes`: one row a record, moved to the next seq in the transaction that changed it.
const receipts = require('./receipts.js');
const { documentRecord, partyRecord, revisionRecord } = require('./records.js');

const PAGE = 200;

/** Notes that a record changed (or is gone); `document` is the row that decides who may see it. */
function note(tx, collection, record, document, gone) {
  const top = new DynamicModel({ seq: 0 });
  tx.db().newQuery('SELECT COALESCE(MAX(seq), 0) + 1 AS seq FROM changes').one(top);
  let row;
  try {
    row = tx.findFirstRecordByFilter('changes', 'collection = {:c} && record = {:r}', {
      c: collection,
      r: record
    });
  } catch {
    row = new Record(tx.findCollectionByNameOrId('changes'));
  }
  row.load({
    seq: top.seq,
    collection,
    record,
    document: document.id,
    owner: document.getString('owner'),
    team: document.getString('team'),
    gone: gone === true
  });
  tx.save(row);
}

function record(app, who, row) {
  if (row.getBool('gone')) return null;
  const collection = row.getString('collection');
  let found;
  try {
    found = app.findRecordById(collection, row.getString('record'));
  } catch {
    return null;
  }
  if (collection === 'documents') return documentRecord(app, found);
  if (collection === 'revisions') return revisionRecord(found);
  return partyRecord(found, who.kind === 'member' || who.party.id === found.id);
}

/** What changed for the caller after `since`, oldest first, at most 200 (`api.ts`, ChangesResponse). */
function feed(app, who, since) {
  let filter = 'seq > {:since}';
  const params = { since };
  if (who.kind === 'party') {
    filter += ' && document = {:document}';
    params.document = who.party.getString('document');
  } else if (who.role !== 'owner') {
    params.owner = who.user.id;
    const team = who.role === 'manager' && who.team !== '';
    if (team) params.team = who.team;
    filter += team ? ' && (owner = {:owner} || team = {:team})' : ' && owner = {:owner}';
  }
  const rows = app.findRecordsByFilter('changes', filter, 'seq', PAGE + 1, 0, params);
  const page = rows.slice(0, PAGE);
  const changes = page.map((row) => ({
    seq: row.getInt('seq'),
    collection: row.getString('collection'),
    id: row.getString('record'),
    record: record(app, who, row)
  }));
  const heads = changes.flatMap(({ collection, id, record: document }) =>
    collection === 'documents' && document !== null && document.chain
      ? [{ document: id, seq: document.chain.seq, hash: document.chain.hash }]
      : []
  );
  const workspace = app.findRecordsByFilter('workspaces', '', '', 1, 0)[0];
  return {
    epoch: workspace.getString('epoch'),
    cursor: page.length === 0 ? since : page[page.length - 1].getInt('seq'),
    more: rows.length > PAGE,
    changes,
    heads: receipts.headsOf(app, heads),
    now: Date.now()
  };
}

module.exports = { feed, note };
