// API tokens (`backend.md`): made and ended by an owner, shown once, kept as a hash. A token acts as the owner
// who made it, as long as that is one.
const { first } = require('./caller.js');
const { randomToken } = require('./random.js');
const { Refusal, transact } = require('./refusal.js');
const { line } = require('./words-in.js');

const TOKEN = /^cs_[A-Za-z0-9]{43}$/;
const MOST = 50;
/** Last use is noted so exactly, ms: one write for many calls. */
const GRAIN_MS = 60_000;

const shown = (row) => ({
  id: row.id,
  name: row.getString('name'),
  createdAt: row.getInt('createdAt'),
  usedAt: row.getInt('usedAt'),
  revokedAt: row.getInt('revokedAt')
});

/** GET tokens (`api.ts`, TokenRow), newest first. */
const list = (app) => app.findRecordsByFilter('tokens', '', '-createdAt', 0, 0).map(shown);

/** POST tokens `{name}`: the only time that the token itself is told. */
function make(app, who, body) {
  const name = line(body.name, 'name');
  const token = `cs_${randomToken()}`;
  return transact(app, (tx) => {
    if (tx.findRecordsByFilter('tokens', 'revokedAt = 0', '', 0, 0).length >= MOST) {
      throw new Refusal('bad-request', `At most ${MOST} tokens at once.`);
    }
    const row = new Record(tx.findCollectionByNameOrId('tokens'));
    row.load({ name, sha256: $security.sha256(token), user: who.user.id, createdAt: Date.now() });
    tx.save(row);
    return { ...shown(row), token };
  });
}

/** POST tokens/revoke `{id}`. */
function revoke(app, body) {
  return transact(app, (tx) => {
    const row = first(tx, 'tokens', 'id = {:id}', { id: String(body.id) });
    if (row === null) throw new Refusal('not-found', 'There is no such token.');
    if (row.getInt('revokedAt') === 0) {
      row.set('revokedAt', Date.now());
      tx.save(row);
    }
    return shown(row);
  });
}

/**
 * Who calls with a token. Unknown, ended, and of somebody who owns nothing any more are the same refusal.
 * @returns {{token: string, who: import('./caller.js').Caller}}
 */
function callerOf(e, app) {
  const refused = new Refusal('sign-in', 'This needs a valid API token: Authorization: Bearer cs_….');
  const given = e.request.header.get('Authorization').replace(/^Bearer /i, '');
  if (!TOKEN.test(given)) throw refused;
  const hash = $security.sha256(given);
  const row = first(app, 'tokens', 'sha256 = {:hash} && revokedAt = 0', { hash });
  if (row === null) throw refused;
  const member = first(app, 'members', "user = {:user} && role = 'owner'", { user: row.getString('user') });
  if (member === null) throw refused;
  const now = Date.now();
  if (row.getInt('usedAt') < now - GRAIN_MS) {
    transact(app, (tx) => {
      const fresh = tx.findRecordById('tokens', row.id);
      fresh.set('usedAt', now);
      tx.save(fresh);
    });
  }
  const user = app.findRecordById('users', member.getString('user'));
  const team = member.getString('team');
  return {
    token: row.id,
    who: { kind: 'member', id: `users:${user.id}`, by: 'session', user, role: 'owner', team }
  };
}

module.exports = { callerOf, list, make, revoke };
