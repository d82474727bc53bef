// Set-up: the one-time link makes the owner and the workspace (`security.md` C1, O6).
const { randomHex } = require('./random.js');
const { workspace: existing } = require('./records.js');
const { Refusal, transact } = require('./refusal.js');
const { line, MAIL_PATTERN } = require('./words-in.js');

const SHORTEST_PASSWORD = 10;

/** The link printed at this start: 256 bits, 60 minutes, and only while there is no workspace. */
function checkToken(app, token) {
  if (existing(app) !== null) throw new Refusal('set-up-done', 'The workspace exists already.');
  const wanted = $os.getenv('COUNTERSIGN_SETUP');
  const until = Number($os.getenv('COUNTERSIGN_SETUP_UNTIL'));
  const right =
    typeof token === 'string' && wanted !== '' && $security.equal($security.sha256(token), wanted);
  if (!right || Date.now() > until) {
    throw new Refusal('set-up-link', 'This set-up link is not valid; start the server again for a new one.');
  }
}

/** POST setup/open: the two public keys that the owner's root will certify. */
function openSetup(app, body) {
  checkToken(app, body.token);
  const authority = require('./authority.js');
  return { issuingSpki: authority.spkiOf(app, 'issuing'), statementSpki: authority.spkiOf(app, 'statement') };
}

/** An account with its place in the workspace. */
function addUser(tx, { name, email, password, role, team, workspace }) {
  const user = new Record(tx.findCollectionByNameOrId('users'));
  user.load({ name, verified: true });
  user.setEmail(email);
  user.setPassword(password);
  tx.save(user);
  const member = new Record(tx.findCollectionByNameOrId('members'));
  member.load({ workspace: workspace.id, user: user.id, role, team });
  tx.save(member);
}

function checkPassword(password) {
  if (typeof password !== 'string' || password.length < SHORTEST_PASSWORD || password.length > 70) {
    throw new Refusal('bad-request', `A password has ${SHORTEST_PASSWORD} to 70 characters.`);
  }
}

/** POST setup (`api.ts`, SetupRequest). */
function setUp(app, body) {
  checkToken(app, body.token);
  const workspace = body.workspace || {};
  const owner = body.owner || {};
  const name = line(workspace.name, 'workspace.name');
  const person = line(owner.name, 'owner.name');
  if (!MAIL_PATTERN.test(owner.email)) throw new Refusal('bad-request', 'owner.email is no address.');
  checkPassword(owner.password);
  require('./authority.js').checkSetup(app, body);
  transact(app, (tx) => {
    if (existing(tx) !== null) throw new Refusal('set-up-done', 'The workspace exists already.');
    const row = new Record(tx.findCollectionByNameOrId('workspaces'));
    row.load({
      name,
      zone: String(workspace.zone || 'UTC').slice(0, 60),
      epoch: `${Date.now()}-${randomHex(8)}`,
      root: body.root,
      issuing: body.issuing,
      statement: body.statement,
      rootCrl: body.rootCrl,
      reminders: [2, 5, 10],
      expiryDays: 30,
      delegation: true,
      createdAt: Date.now()
    });
    tx.save(row);
    addUser(tx, {
      name: person,
      email: owner.email,
      password: owner.password,
      role: 'owner',
      team: '',
      workspace: row
    });
  });
  return {};
}

module.exports = { addUser, checkPassword, openSetup, setUp };
