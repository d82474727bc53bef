// Rows as the wire shapes of `src/lib/domain`: document.ts, party.ts.

const json = (row, field) => JSON.parse(row.getString(field) || 'null');
const orNull = (text) => (text === '' ? null : text);

/** Newest event of a document's chain: devices carry it in the evidence as the last they knew. */
function chainOf(app, document) {
  const [last] = app.findRecordsByFilter('events', 'document = {:document}', '-seq', 1, 0, { document });
  return last === undefined ? {} : { chain: { seq: last.getInt('seq'), hash: last.getString('hash') } };
}

function documentRecord(app, row) {
  return {
    id: row.id,
    owner: row.getString('owner'),
    ownerName: app.findRecordById('users', row.getString('owner')).getString('name'),
    team: orNull(row.getString('team')),
    title: row.getString('title'),
    data: json(row, 'data'),
    stage: row.getString('stage'),
    stopReason: orNull(row.getString('stopReason')),
    stopNote: row.getString('stopNote'),
    turn: orNull(row.getString('turn')),
    turnSince: row.getInt('turnSince'),
    version: row.getInt('version'),
    head: row.getInt('head'),
    fields: json(row, 'fields') || [],
    original: orNull(row.getString('original')),
    template: json(row, 'template'),
    ...(row.getInt('expires') > 0 && { expires: row.getInt('expires') }),
    ...chainOf(app, row.id),
    created: row.getInt('createdAt'),
    updated: row.getInt('updatedAt')
  };
}

/** `full` adds the addresses: for members and for the party itself, never for co-parties. */
function partyRecord(row, full) {
  const record = {
    id: row.id,
    document: row.getString('document'),
    order: row.getInt('order'),
    letter: row.getString('letter'),
    kind: row.getString('kind'),
    name: row.getString('name'),
    organisation: row.getString('organisation'),
    channel: row.getString('channel'),
    proof: row.getString('proof'),
    language: row.getString('language'),
    member: orNull(row.getString('member')),
    status: row.getString('status'),
    signedAt: row.getInt('signedAt') || null
  };
  if (full) {
    if (row.getString('contactEmail') !== '') record.email = row.getString('contactEmail');
    if (row.getString('contactPhone') !== '') record.phone = row.getString('contactPhone');
  }
  return record;
}

function revisionRecord(row) {
  return {
    id: row.id,
    document: row.getString('document'),
    seq: row.getInt('seq'),
    kind: row.getString('kind'),
    sha256: row.getString('sha256'),
    size: row.getInt('size'),
    prevSha256: row.getString('prevSha256'),
    party: orNull(row.getString('party')),
    at: row.getInt('at')
  };
}

/** The one workspace, or null before set-up. */
function workspace(app) {
  return app.findRecordsByFilter('workspaces', '', '', 1, 0)[0] || null;
}

/** Parties of a document in signing order. */
function partiesOf(app, document) {
  return app.findRecordsByFilter('parties', 'document = {:id}', 'order', 0, 0, { id: document });
}

function revisionsOf(app, document) {
  return app.findRecordsByFilter('revisions', 'document = {:id}', 'seq', 0, 0, { id: document });
}

module.exports = { documentRecord, json, partiesOf, partyRecord, revisionRecord, revisionsOf, workspace };
