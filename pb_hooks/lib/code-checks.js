// Which code opened a session, and how: what a proof statement says later (`security.md` E2).

/** A session, and the time after it in which its certificate may still be asked for again. */
const KEPT_MS = 2 * 3_600_000;

/**
 * Called in the transaction that opens the session.
 * @param {any} tx
 * @param {{auth: string, party: any, link: any, channel: string, validMs: number}} opened `link` is its row as it
 *   was before the code was used up; `validMs` is how long a code lives
 */
function note(tx, opened) {
  const { auth, party, link, channel, validMs } = opened;
  const row = new Record(tx.findCollectionByNameOrId('code_checks'));
  row.load({
    session: $security.sha256(auth),
    party: party.id,
    link: party.getString('channel'),
    code: channel,
    sentAt: link.getInt('codeExpires') - validMs,
    rightAt: Date.now(),
    tries: link.getInt('codeTries') + 1
  });
  tx.save(row);
}

/** Forgets codes whose session is over. */
function sweep(app) {
  const old = Date.now() - KEPT_MS;
  for (const row of app.findRecordsByFilter('code_checks', 'rightAt < {:old}', '', 500, 0, { old }))
    app.delete(row);
}

module.exports = { note, sweep };
