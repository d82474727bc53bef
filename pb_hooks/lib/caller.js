// Who calls: a member, a party's session, or a party by its link (`src/lib/domain/api.ts`).
const { Refusal } = require('./refusal.js');
const { linkOf } = require('./links.js');

/** One record or null, where PocketBase throws. */
function first(app, collection, filter, params) {
  try {
    return app.findFirstRecordByFilter(collection, filter, params || {});
  } catch {
    return null;
  }
}

/**
 * `id` is the actor of actions and events; `user`, `role` and `team` are a member's, `party` is a party's.
 * @typedef {{kind: 'member' | 'party', id: string, by: 'session' | 'link', user?: any, role?: string,
 *   team?: string, party?: any}} Caller
 * @returns {Caller}
 */
function caller(e, app) {
  const auth = e.auth;
  if (auth && auth.collection().name === 'users') {
    const member = first(app, 'members', 'user = {:id}', { id: auth.id });
    if (member === null) throw new Refusal('forbidden', 'This account is no member of the workspace.');
    return {
      kind: 'member',
      id: `users:${auth.id}`,
      by: 'session',
      user: auth,
      role: member.getString('role'),
      team: member.getString('team')
    };
  }
  if (auth && auth.collection().name === 'parties') {
    return { kind: 'party', id: `parties:${auth.id}`, party: auth, by: 'session' };
  }
  const token = e.request.header.get('X-Countersign-Link');
  if (token !== '') {
    const link = linkOf(app, token);
    if (link.getString('kind') === 'sign') {
      const party = app.findRecordById('parties', link.getString('party'));
      return { kind: 'party', id: `parties:${party.id}`, party, by: 'link' };
    }
  }
  throw new Refusal('sign-in', 'Sign in first.');
}

/** As `caller`, but only members; `roles` narrows it. */
function memberCaller(e, app, roles) {
  const who = caller(e, app);
  if (who.kind !== 'member' || (roles && !roles.includes(who.role))) {
    throw new Refusal('forbidden', 'This is for other people.');
  }
  return who;
}

/** Whether the caller may read the document: own, the team's for a manager, all for an owner, one's own party's. */
function sees(who, document) {
  if (who.kind === 'party') return who.by === 'session' && who.party.getString('document') === document.id;
  return runs(who, document);
}

/** Whether a member may act on it as the one who prepares it. */
function runs(who, document) {
  if (who.kind !== 'member') return false;
  if (who.role === 'owner' || document.getString('owner') === who.user.id) return true;
  const team = document.getString('team');
  return who.role === 'manager' && team !== '' && team === who.team;
}

module.exports = { caller, first, memberCaller, runs, sees };
