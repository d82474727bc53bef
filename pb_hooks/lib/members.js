// The people of the workspace: who is here, teams, invitations by mail.
const messages = require('./messages.js');
const { workspace } = require('./records.js');
const { Refusal, transact } = require('./refusal.js');
const { first } = require('./caller.js');
const { addUser, checkPassword } = require('./setup.js');
const { line, MAIL_PATTERN } = require('./words-in.js');
const { settingsOf } = require('./workspace-settings.js');

const ROLES = ['owner', 'manager', 'member'];

const teamsOf = (app) =>
  app
    .findRecordsByFilter('teams', '', 'name', 0, 0)
    .map((row) => ({ id: row.id, name: row.getString('name') }));

/** GET me. */
function me(app, who) {
  const row = workspace(app);
  const teams = teamsOf(app);
  return {
    user: { id: who.user.id, name: who.user.getString('name'), email: who.user.email() },
    role: who.role,
    team: teams.find((team) => team.id === who.team) || null,
    workspace: {
      id: row.id,
      name: row.getString('name'),
      zone: row.getString('zone'),
      ...settingsOf(row)
    },
    teams,
    now: Date.now()
  };
}

/** GET members: accounts, then open invitations. */
function list(app) {
  const accounts = app.findRecordsByFilter('members', '', '', 0, 0).map((member) => {
    const user = app.findRecordById('users', member.getString('user'));
    return {
      id: user.id,
      name: user.getString('name'),
      email: user.email(),
      role: member.getString('role'),
      team: member.getString('team') || null,
      status: 'active'
    };
  });
  const invited = app.findRecordsByFilter('invitations', 'used = false', 'name', 0, 0).map((row) => ({
    id: row.id,
    name: row.getString('name'),
    email: row.getString('email'),
    role: row.getString('role'),
    team: row.getString('team') || null,
    status: 'invited'
  }));
  return [...accounts, ...invited];
}

/** POST members: an invitation; asked again for the same address, it is sent again and the old link ends. */
function invite(app, who, body) {
  const name = line(body.name, 'name');
  const email = String(body.email || '').trim();
  if (!MAIL_PATTERN.test(email)) throw new Refusal('bad-request', 'email is no address.');
  if (!ROLES.includes(body.role)) throw new Refusal('bad-request', 'role is owner, manager or member.');
  const team = body.team || '';
  if (team !== '' && first(app, 'teams', 'id = {:team}', { team }) === null) {
    throw new Refusal('bad-request', 'There is no such team.');
  }
  return transact(app, (tx) => {
    if (first(tx, 'users', 'email = {:email}', { email }) !== null) {
      throw new Refusal('bad-request', 'This person is a member already.');
    }
    const row =
      first(tx, 'invitations', 'email = {:email}', { email }) ||
      new Record(tx.findCollectionByNameOrId('invitations'));
    row.load({ name, email, role: body.role, team, tokenSha256: '', expires: 0, used: false });
    tx.save(row);
    messages.queue(tx, {
      key: `invitation-${row.id}-${Date.now()}`,
      kind: 'invitation',
      channel: 'email',
      address: email,
      payload: { invitation: row.id, by: who.user.id }
    });
    return { id: row.id, name, email, role: body.role, team: team || null, status: 'invited' };
  });
}

/** POST teams. */
function addTeam(app, body) {
  const name = line(body.name, 'name');
  return transact(app, (tx) => {
    const existing = first(tx, 'teams', 'name = {:name}', { name });
    const row = existing || new Record(tx.findCollectionByNameOrId('teams'));
    row.load({ name, workspace: workspace(tx).id });
    tx.save(row);
    return { id: row.id, name };
  });
}

/** The open invitation of a token; unknown, used and late are the same refusal. */
function invitationOf(app, token) {
  const hash = typeof token === 'string' ? $security.sha256(token) : '';
  const row = first(app, 'invitations', 'tokenSha256 = {:hash} && used = false', { hash });
  if (hash === '' || row === null || row.getInt('expires') < Date.now()) {
    throw new Refusal('invitation', 'This invitation is not valid; ask for a new one.');
  }
  return row;
}

/** POST invite/open. */
function openInvitation(app, body) {
  const row = invitationOf(app, body.token);
  return {
    workspace: workspace(app).getString('name'),
    name: row.getString('name'),
    email: row.getString('email')
  };
}

/** POST invite/accept: the account exists; then sign in. */
function accept(app, body) {
  const name = line(body.name, 'name');
  checkPassword(body.password);
  transact(app, (tx) => {
    const row = invitationOf(tx, body.token);
    addUser(tx, {
      name,
      email: row.getString('email'),
      password: body.password,
      role: row.getString('role'),
      team: row.getString('team'),
      workspace: workspace(tx)
    });
    row.load({ used: true, tokenSha256: '' });
    tx.save(row);
  });
  return {};
}

module.exports = { accept, addTeam, invite, list, me, openInvitation };
