// A member's own certificates: which there are, and how one of them ends (`api.ts`, CertificateRow).
const { first } = require('./caller.js');
const { Refusal, transact } = require('./refusal.js');

const REASONS = ['superseded', 'keyCompromise', 'affiliationChanged', 'cessationOfOperation'];

/** GET certificates: the member's own, newest first. */
function list(app, who) {
  const rows = app.findRecordsByFilter('certificates', 'user = {:user}', '-issuedAt', 0, 0, {
    user: who.user.id
  });
  return rows.map((row) => ({
    sha256: row.getString('sha256'),
    serial: row.getString('serial'),
    issuedAt: row.getInt('issuedAt'),
    notAfter: row.getInt('notAfter'),
    revokedAt: row.getInt('revokedAt'),
    reason: row.getString('revokedFor')
  }));
}

/** Ends one of the user's certificates; one that has ended keeps its time and reason. */
function end(tx, user, sha256, reason) {
  const own = 'sha256 = {:sha256} && user = {:user}';
  const row =
    typeof sha256 === 'string' && user !== '' ? first(tx, 'certificates', own, { sha256, user }) : null;
  if (row === null) throw new Refusal('not-found', 'You have no such certificate.');
  if (row.getInt('revokedAt') !== 0) return;
  row.load({ revokedAt: Date.now(), revokedFor: reason });
  tx.save(row);
}

/** POST certificates/revoke: at once, for the list and for every signature that arrives from now on. */
function revoke(app, who, { sha256, reason }) {
  if (!REASONS.includes(reason)) throw new Refusal('bad-request', 'The reason is none of ours.');
  transact(app, (tx) => end(tx, who.user.id, sha256, reason));
  return {};
}

module.exports = { end, list, revoke };
