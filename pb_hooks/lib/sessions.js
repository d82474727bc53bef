// From a link to an hour of reading (`security.md` L2 to L4, L7): sign/open, sign/code, sign/session, party.
const codeChecks = require('./code-checks.js');
const codes = require('./codes.js');
const events = require('./events.js');
const { linkOf } = require('./links.js');
const messages = require('./messages.js');
const { mintNonce } = require('./nonces.js');
const { documentRecord, partiesOf, partyRecord, revisionRecord, revisionsOf } = require('./records.js');
const { Refusal, transact } = require('./refusal.js');
const zones = require('./zones.js');
const { CONSENTS, maskAddress } = require('./shared.js');

const SESSION_MS = 3_600_000;

const workspaceName = (app) => app.findRecordsByFilter('workspaces', '', '', 1, 0)[0].getString('name');

/** Where the code of a party goes: its channel; for a document handed over, where its copy went. */
function way(party) {
  const email = party.getString('contactEmail');
  const phone = party.getString('contactPhone');
  const sms = party.getString('channel') === 'sms' || (party.getString('channel') === 'hand' && email === '');
  return sms ? { channel: 'sms', address: phone } : { channel: 'email', address: email };
}

function stateOf(document, party) {
  const stage = document.getString('stage');
  if (stage === 'stopped' || stage === 'completed') return stage;
  if (party.getString('status') === 'signed') return 'signed';
  return document.getString('turn') === party.id ? 'open' : 'waiting';
}

function behind(app, link) {
  return {
    party: app.findRecordById('parties', link.getString('party')),
    document: app.findRecordById('documents', link.getString('document'))
  };
}

/** Title and sender, and nothing that counts or is content (L2, L4). */
function openLink(app, body) {
  const link = linkOf(app, body.token);
  const { party, document } = behind(app, link);
  const { channel, address } = way(party);
  return {
    workspace: workspaceName(app),
    sender: app.findRecordById('users', document.getString('owner')).getString('name'),
    title: document.getString('title'),
    masked: maskAddress(address),
    channel,
    kind: link.getString('kind'),
    state: stateOf(document, party)
  };
}

/** Queues a code to the party's own address; the caller delivers after it answered. */
function sendCode(app, body) {
  const link = linkOf(app, body.token);
  const { party, document } = behind(app, link);
  if (document.getString('stage') === 'stopped') throw new Refusal('not-open', 'The document was stopped.');
  const { channel, address } = way(party);
  const { resendAt } = codes.allowSend(app, link.id);
  transact(app, (tx) => {
    events.append(tx, document.id, 'code-sent', `parties:${party.id}`, { link: link.id, channel });
    messages.queue(tx, {
      key: `code-${link.id}-${tx.findRecordById('links', link.id).getInt('sends')}`,
      kind: 'code',
      channel,
      address,
      document: document.id,
      party: party.id,
      payload: { link: link.id }
    });
  });
  return { masked: maskAddress(address), expires: Date.now() + codes.VALID_MS, resendAt };
}

/** Whether the party may hand its turn to somebody else. */
function mayDelegate(app, document, party) {
  return (
    app.findRecordsByFilter('workspaces', '', '', 1, 0)[0].getBool('delegation') &&
    document.getString('turn') === party.id &&
    party.getString('channel') !== 'hand'
  );
}

/** What a party sees of its document (`api.ts`, PartyRefreshed). */
function view(app, party) {
  const document = app.findRecordById('documents', party.getString('document'));
  const consent = CONSENTS.find((one) => one.language === party.getString('language')) || CONSENTS[0];
  return {
    party: partyRecord(party, true),
    document: documentRecord(app, document),
    parties: partiesOf(app, document.id).map((row) => partyRecord(row, row.id === party.id)),
    revisions: revisionsOf(app, document.id).map(revisionRecord),
    consent,
    workspace: workspaceName(app),
    delegation: mayDelegate(app, document, party),
    now: Date.now()
  };
}

/** The right code opens one hour for this party; an older session ends (L7). */
function start(app, body) {
  const link = linkOf(app, body.token);
  const refusal = codes.tryCode(app, link.id, String(body.code));
  const { party, document } = behind(app, link);
  const auth = transact(app, (tx) => {
    events.append(tx, document.id, refusal === null ? 'code-right' : 'code-failed', `parties:${party.id}`, {
      link: link.id
    });
    if (refusal !== null) return '';
    events.append(tx, document.id, 'opened', `parties:${party.id}`, { link: link.id });
    party.refreshTokenKey();
    // For reminders by day, by the party's own clock.
    if (zones.known(body.zone)) party.set('zone', body.zone);
    tx.save(party);
    const token = party.newStaticAuthToken(SESSION_MS * 1_000_000);
    const { channel } = way(party);
    codeChecks.note(tx, { auth: token, party, link, channel, validMs: codes.VALID_MS });
    return token;
  });
  if (refusal !== null) throw refusal;
  return {
    ...view(app, party),
    auth,
    expires: Date.now() + SESSION_MS,
    nonce: mintNonce(app, auth).nonce
  };
}

module.exports = { openLink, sendCode, start, view, way };
