// What ties a certificate request to the person who just proved an address or signed in (`security.md` C2).
const { randomHex } = require('./random.js');
const { Refusal, transact } = require('./refusal.js');

const VALID_MS = 10 * 60_000;

/** A nonce for the session `auth` (a token): 32 bytes, one use, ten minutes; only its hash is kept. */
function mintNonce(app, auth) {
  const nonce = randomHex(32);
  const expires = Date.now() + VALID_MS;
  const row = new Record(app.findCollectionByNameOrId('nonces'));
  row.load({ sha256: $security.sha256(nonce), session: $security.sha256(auth), expires });
  app.save(row);
  return { nonce, expires };
}

/** Uses it up, whatever comes of the request. Throws `nonce` when it is unknown, used, late or another's. */
function useNonce(app, auth, nonce) {
  const right = transact(app, (tx) => {
    let row;
    try {
      row = tx.findFirstRecordByFilter('nonces', 'sha256 = {:hash}', { hash: $security.sha256(nonce) });
    } catch {
      return false;
    }
    // Somebody else's stays usable for its owner.
    if (!$security.equal(row.getString('session'), $security.sha256(auth))) return false;
    tx.delete(row);
    return row.getInt('expires') >= Date.now();
  });
  if (!right) throw new Refusal('nonce', 'This request is not fresh; ask for a new nonce.');
}

/**
 * Remembers a password sign-in: a certificate may be asked for within ten minutes of it. Two sign-ins within
 * one second get the same token, since it counts in seconds.
 */
function noteSignIn(app, auth) {
  const session = $security.sha256(auth);
  transact(app, (tx) => {
    let row;
    try {
      row = tx.findFirstRecordByFilter('sign_ins', 'session = {:session}', { session });
    } catch {
      row = new Record(tx.findCollectionByNameOrId('sign_ins'));
    }
    row.load({ session, at: Date.now() });
    tx.save(row);
  });
}

function signedInLately(app, auth) {
  try {
    const session = $security.sha256(auth);
    const row = app.findFirstRecordByFilter('sign_ins', 'session = {:session}', { session });
    return row.getInt('at') > Date.now() - VALID_MS;
  } catch {
    return false;
  }
}

/** Removes what is too old to matter. */
function sweep(app) {
  const now = Date.now();
  const old = now - VALID_MS;
  for (const row of app.findRecordsByFilter('nonces', 'expires < {:now}', '', 500, 0, { now }))
    app.delete(row);
  for (const row of app.findRecordsByFilter('sign_ins', 'at < {:old}', '', 500, 0, { old })) app.delete(row);
}

module.exports = { mintNonce, noteSignIn, signedInLately, sweep, useNonce };
