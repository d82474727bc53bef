// The first start after `npm run restore` (`security.md` R1): the server says that it is another one than before,
// and nothing that was ended since the backup comes back to life.
const { randomHex } = require('./random.js');
const { workspace } = require('./records.js');
const { transact } = require('./refusal.js');

const mark = () => `${$os.getenv('COUNTERSIGN_DATA')}/restored.json`;

/** What `npm run restore` left, or null. */
function marked() {
  try {
    return JSON.parse(toString($os.readFile(mark()), 1 << 26));
  } catch {
    return null;
  }
}

function noteEpoch(tx, epoch) {
  const known = tx.findRecordsByFilter('epochs', 'epoch = {:epoch}', '', 1, 0, { epoch });
  if (known.length > 0) return;
  const row = new Record(tx.findCollectionByNameOrId('epochs'));
  row.load({ epoch, at: Date.now() });
  tx.save(row);
}

/** Serials of a revocation list, hex; its signature says that it is this authority's own. */
function revokedIn(tx, base64) {
  const authority = require('./authority.js');
  const shared = require('./shared-proofs.js');
  const list = shared.parseCrl(shared.fromBase64(base64));
  const issuer = shared.parseCertificate(shared.fromBase64(workspace(tx).getString('issuing')));
  if (!authority.isValid(shared.crlCheck(list, issuer)))
    throw new Error('The revocation list is not by the authority of this workspace.');
  return list.revoked.map(({ serialHex }) => serialHex);
}

function revokeAll(tx, serials) {
  for (const serial of serials) {
    const [row] = tx.findRecordsByFilter('certificates', 'serial = {:serial} && revokedAt = 0', '', 1, 0, {
      serial
    });
    if (row === undefined) continue;
    row.load({ revokedAt: Date.now(), revokedFor: 'superseded' });
    tx.save(row);
  }
}

/** Called at every start: does its work once, in one transaction, then takes the mark away. */
function atStart(app) {
  const row = workspace(app);
  if (row === null) return;
  const restored = marked();
  if (restored === null) {
    noteEpoch(app, row.getString('epoch'));
    return;
  }
  transact(app, (tx) => {
    const again = workspace(tx);
    noteEpoch(tx, again.getString('epoch'));
    const epoch = `${Date.now()}-${randomHex(8)}`;
    again.set('epoch', epoch);
    tx.save(again);
    noteEpoch(tx, epoch);
    const run = (sql) => tx.db().newQuery(sql).execute();
    // Sessions and file tokens are signed with these keys.
    run('UPDATE users SET tokenKey = lower(hex(randomblob(25)))');
    run('UPDATE parties SET tokenKey = lower(hex(randomblob(25)))');
    run("UPDATE links SET codeHash = '', codeExpires = 0");
    run('DELETE FROM code_checks');
    run('DELETE FROM sign_ins');
    // They may have gone out already: somebody looks before they go again.
    run("UPDATE messages SET status = 'failed', error = 'restored' WHERE status = 'waiting'");
    if (restored.crl) revokeAll(tx, revokedIn(tx, restored.crl));
  });
  $os.remove(mark());
}

module.exports = { atStart };
