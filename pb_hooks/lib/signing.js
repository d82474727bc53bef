// `document.sign`: the slow checks before the transaction, the turn and version again inside it.
const blobs = require('./blobs.js');
const changes = require('./changes.js');
const drafts = require('./drafts.js');
const events = require('./events.js');
const { revisionRecord, revisionsOf } = require('./records.js');
const { Refusal } = require('./refusal.js');
const { baseOf } = require('./shared.js');
const stages = require('./stages.js');

/**
 * Everything about the bytes. Returns the SHA-256 of the certificate that signed, and what the server appends
 * behind the signature. `later`: the actions that the caller sent behind this one.
 */
function prepare(app, who, document, action, later) {
  const { party: partyId, revision } = action.payload;
  stages.checkTurn(app, who, document, partyId);
  stages.checkVersion(app, who, document, action);
  const revisions = revisionsOf(app, document.id);
  const newest = revisions[revisions.length - 1];
  const base = baseOf(revisions.map(revisionRecord), revision.prevSha256);
  if (base === null || revision.seq <= base.seq || revision.seq > newest.getInt('seq') + 1) {
    throw new Refusal('prefix', 'The revision does not follow the newest one.');
  }
  const before = blobs.named(app, who, document, base.sha256);
  const after = blobs.named(app, who, document, revision.sha256);
  if (after.getInt('size') !== revision.size) throw new Refusal('hash-mismatch', 'The size is another one.');
  const size = before.getInt('size');
  if (revision.size <= size || blobs.text(app, before) !== blobs.text(app, after, size)) {
    throw new Refusal('prefix', 'The file does not begin with the bytes of the revision before.');
  }
  const bytes = blobs.buffer(app, after);
  const certificate = require('./revision-check.js').checkRevision(app, who, {
    document,
    party: app.findRecordById('parties', partyId),
    bytes,
    size,
    frozenSha256: revisions[0].getString('sha256')
  });
  const followed = later.some(
    (next) => next && next.kind === 'document.sign' && follows(next.payload, document.id, revision, next)
  );
  const due = require('./archive.js').follow(app, { document, party: partyId, bytes, followed });
  const told =
    action.payload.events === undefined
      ? null
      : require('./device-events.js').read(action.payload.events, {
          document: document.id,
          party: partyId,
          certificate
        });
  return { certificate, due, told };
}

/** Whether an action brings the next signature over exactly this revision: then nothing may come between. */
function follows(payload, document, revision, next) {
  const after = payload && payload.revision;
  return next.document === document && Boolean(after) && after.prevSha256 === revision.sha256;
}

function sign(tx, who, document, action, { certificate, due, told }) {
  const { party: partyId, revision } = action.payload;
  const party = tx.findRecordById('parties', partyId);
  // A timestamp may have come meanwhile: the place is the next one, whatever the device expected.
  const seq = document.getInt('head') + 1;
  drafts.addRevision(tx, who, document, {
    ...revision,
    seq,
    kind: 'signature',
    party: partyId,
    action: action.id
  });
  party.load({ status: 'signed', signedAt: Date.now() });
  tx.save(party);
  changes.note(tx, 'parties', party.id, document);
  document.set('head', seq);
  if (told !== null) require('./device-events.js').append(tx, who.id, told);
  events.append(tx, document.id, 'signed', who.id, {
    action: action.id,
    party: partyId,
    seq,
    sha256: revision.sha256,
    certificate
  });
  if (due !== null) require('./archive.js').store(tx, document, revision.sha256, due);
  return stages.step(tx, document, stages.signed(tx, who, document, action.id));
}

module.exports = { prepare, sign };
