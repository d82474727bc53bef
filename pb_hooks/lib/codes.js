// One-time codes (`security.md` L3). Every count is committed before the caller hears of it, so it holds
// across restarts and parallel posts: the transaction is the lock.
const { key } = require('./secret.js');
const { Refusal, transact } = require('./refusal.js');
const { json } = require('./records.js');

const VALID_MS = 10 * 60_000;
const RESEND_MS = 30_000;
const HOUR_MS = 3_600_000;
const TRIES_A_CODE = 5;
const WRONG_TRIES = 15;
const SENDS_AN_HOUR = 5;
const SENDS = 20;

/** What is stored of a code: HMAC under a key of its own over link and code. */
function hashed(link, code) {
  return $security.hs256(`${link}:${code}`, key('code'));
}

const locked = () =>
  new Refusal('code-locked', 'Too many codes for this link; the sender must send a new one.');

/** Counts a send, or refuses it. The code itself is made when the message goes out. Returns `{resendAt}`. */
function allowSend(app, id) {
  return transact(app, (tx) => {
    const link = tx.findRecordById('links', id);
    const now = Date.now();
    if (link.getInt('sends') >= SENDS || link.getInt('wrongTries') >= WRONG_TRIES) throw locked();
    const times = (json(link, 'sendTimes') || []).filter((time) => time > now - HOUR_MS);
    if (times.length >= SENDS_AN_HOUR) {
      throw new Refusal('code-sends', 'Five codes an hour.', { retryAt: times[0] + HOUR_MS });
    }
    const last = times[times.length - 1];
    if (last !== undefined && last + RESEND_MS > now) {
      throw new Refusal('code-sends', 'A code was sent just now.', { retryAt: last + RESEND_MS });
    }
    link.set('sends', link.getInt('sends') + 1);
    link.set('sendTimes', [...times, now]);
    tx.save(link);
    return { resendAt: now + RESEND_MS };
  });
}

/** Puts a fresh code in the place of the former one. */
function put(tx, id, code) {
  const link = tx.findRecordById('links', id);
  link.load({ codeHash: hashed(id, code), codeExpires: Date.now() + VALID_MS, codeTries: 0 });
  tx.save(link);
}

/**
 * Uses up a try. Returns null when the code was right (and is gone with it), else the refusal, which the
 * caller throws after this transaction, and with it the count, is committed.
 */
function tryCode(app, id, code) {
  return transact(app, (tx) => {
    const link = tx.findRecordById('links', id);
    if (link.getInt('wrongTries') >= WRONG_TRIES) return locked();
    const stored = link.getString('codeHash');
    if (stored === '' || link.getInt('codeExpires') < Date.now()) {
      return new Refusal('code-expired', 'This code is no longer valid; ask for a new one.');
    }
    if (/^[0-9]{6}$/.test(code) && $security.equal(stored, hashed(id, code))) {
      link.load({ codeHash: '', codeExpires: 0, codeTries: 0 });
      tx.save(link);
      return null;
    }
    const tries = link.getInt('codeTries') + 1;
    link.load({ codeTries: tries, wrongTries: link.getInt('wrongTries') + 1 });
    // The fifth wrong try ends the code itself.
    if (tries >= TRIES_A_CODE) link.load({ codeHash: '', codeExpires: 0 });
    tx.save(link);
    if (link.getInt('wrongTries') >= WRONG_TRIES) return locked();
    return new Refusal('code-wrong', 'This is not the code.', { left: Math.max(0, TRIES_A_CODE - tries) });
  });
}

module.exports = { VALID_MS, allowSend, put, tryCode };
