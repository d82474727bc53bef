// The server's signed word about what it accepted and where each chain stands (`security.md` E3;
// `src/lib/domain/receipt.ts`). Signed after the transaction: a signature takes longer than the write.
const { workspace } = require('./records.js');

/** Loaded where it is needed: with its cryptography it takes some megabytes in each engine. */
function state(app, kind, statement) {
  const authority = require('./authority.js');
  return require('./proofs.js').signed(app, kind, statement, (bytes) =>
    authority.sign(app, 'statement', bytes, true)
  );
}

/** Of an accepted action's row. The same row gives the same words whenever it is asked for. */
function receiptOf(app, row) {
  // Rows of before there were receipts name no event.
  if (row.getString('eventHash') === '') return {};
  return {
    receipt: state(app, 'receipt', {
      v: 1,
      workspace: workspace(app).id,
      epoch: row.getString('epoch'),
      document: row.getString('document'),
      seq: row.getInt('eventSeq'),
      eventHash: row.getString('eventHash'),
      actionId: row.getString('action'),
      actionSha256: row.getString('payloadSha256'),
      blobSha256: row.getString('blobSha256') || null,
      at: row.getInt('at')
    })
  };
}

const KEPT = 500;

/**
 * About the heads of some documents, one statement for all; null for none. Many devices ask for the same page:
 * what was signed in this process is kept by its words.
 * @param {{document: string, seq: number, hash: string}[]} heads
 */
function headsOf(app, heads) {
  if (heads.length === 0) return null;
  const row = workspace(app);
  const about = { v: 1, workspace: row.id, epoch: row.getString('epoch') };
  const key = `heads-${$security.sha256(JSON.stringify([about, heads]))}`;
  const store = app.store();
  const kept = store.get(key);
  if (kept) return kept;
  const statement = state(app, 'heads', { ...about, at: Date.now(), heads });
  const count = (store.get('heads-count') || 0) + 1;
  if (count > KEPT) {
    for (const name in store.getAll()) if (name.startsWith('heads-')) store.remove(name);
  }
  store.set('heads-count', count > KEPT ? 1 : count);
  store.set(key, statement);
  return statement;
}

module.exports = { headsOf, receiptOf };
