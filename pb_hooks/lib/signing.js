// `document.sign`: the slow checks before the transaction, the turn and version again inside it.
const blobs = require('./blobs.js');
const changes = require('./changes.js');
const drafts = require('./drafts.js');
const events = require('./events.js');
const { revisionsOf } = require('./records.js');
const { Refusal } = require('./refusal.js');
const stages = require('./stages.js');

/** Everything about the bytes. Returns the SHA-256 of the certificate that signed. */
function prepare(app, who, document, action) {
  const { party: partyId, revision } = action.payload;
  stages.checkTurn(app, who, document, partyId);
  stages.checkVersion(app, who, document, action);
  const revisions = revisionsOf(app, document.id);
  const last = revisions[revisions.length - 1];
  if (revision.seq !== last.getInt('seq') + 1 || revision.prevSha256 !== last.getString('sha256')) {
    throw new Refusal('prefix', 'The revision does not follow the newest one.');
  }
  const before = blobs.named(app, who, document, last.getString('sha256'));
  const after = blobs.named(app, who, document, revision.sha256);
  if (after.getInt('size') !== revision.size) throw new Refusal('hash-mismatch', 'The size is another one.');
  const size = before.getInt('size');
  if (revision.size <= size || blobs.text(app, before) !== blobs.text(app, after, size)) {
    throw new Refusal('prefix', 'The file does not begin with the bytes of the revision before.');
  }
  return require('./revision-check.js').checkRevision(app, who, {
    document,
    party: app.findRecordById('parties', partyId),
    bytes: blobs.buffer(app, after),
    size,
    frozenSha256: revisions[0].getString('sha256')
  });
}

function sign(tx, who, document, action, certificate) {
  const { party: partyId, revision } = action.payload;
  const party = tx.findRecordById('parties', partyId);
  drafts.addRevision(tx, who, document, {
    ...revision,
    kind: 'signature',
    party: partyId,
    action: action.id
  });
  party.load({ status: 'signed', signedAt: Date.now() });
  tx.save(party);
  changes.note(tx, 'parties', party.id, document);
  document.set('head', revision.seq);
  events.append(tx, document.id, 'signed', who.id, {
    action: action.id,
    party: partyId,
    seq: revision.seq,
    sha256: revision.sha256,
    certificate
  });
  return stages.step(tx, document, stages.signed(tx, who, document, action.id));
}

module.exports = { prepare, sign };
