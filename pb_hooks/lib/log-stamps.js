// Once a day an outside authority says when the certificate log stood where it stands (`security.md` C7): what is
// issued in secret later cannot be put before that time.
const certificateLog = require('./certificate-log.js');
const { transact } = require('./refusal.js');

const DAY_MS = 86_400_000;

/** The newest stamp, or null. */
const newest = (app) => app.findRecordsByFilter('log_stamps', '', '-time', 1, 0)[0] || null;

/** Stamps the head when it moved and the last stamp is a day old. Throws a Refusal when no authority answers. */
function stampDaily(app) {
  const timestamps = require('./timestamps.js');
  const shared = require('./shared-proofs.js');
  const head = certificateLog.head(app);
  const last = newest(app);
  if (!timestamps.configured() || head === null) return;
  if (last !== null && (last.getString('head') === head.head || last.getInt('time') > Date.now() - DAY_MS))
    return;
  const { token, time } = timestamps.stamp(app, shared.fromHex(head.head), timestamps.WAIT.cron);
  transact(app, (tx) => {
    const row = new Record(tx.findCollectionByNameOrId('log_stamps'));
    row.load({ ...head, token: shared.toBase64(token), time });
    tx.save(row);
  });
}

module.exports = { stampDaily };
