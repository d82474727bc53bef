// Every route under /api/countersign/ in one list (`src/lib/domain/api.ts` has the bodies).
const actions = require('./actions.js');
const blobs = require('./blobs.js');
const changes = require('./changes.js');
const documents = require('./documents.js');
const members = require('./members.js');
const messages = require('./messages.js');
const nonces = require('./nonces.js');
const ownCertificates = require('./own-certificates.js');
const resending = require('./resending.js');
const sessions = require('./sessions.js');
const setup = require('./setup.js');
const sms = require('./sms.js');
const tokens = require('./tokens.js');
const workspaceSettings = require('./workspace-settings.js');
const { readBody } = require('./body.js');
const { caller, memberCaller } = require('./caller.js');
const { Refusal, answer, asRefusal } = require('./refusal.js');

/** Loaded where it is needed: with its cryptography it takes some megabytes in each engine. */
const authority = () => require('./authority.js');
const timestamps = () => require('./timestamps.js');

function answerPem(e, route) {
  try {
    const pem = route();
    e.response.header().set('Cache-Control', 'no-cache');
    return e.blob(200, 'application/x-pem-file', pem);
  } catch (error) {
    const refusal = asRefusal(error);
    return e.json(refusal.status, refusal.body());
  }
}

/** Answers, then sends the messages that this caused. */
function answerAndSend(e, route) {
  let result;
  try {
    result = route();
  } catch (error) {
    const refusal = asRefusal(error);
    return e.json(refusal.status, refusal.body());
  }
  return messages.answerThenDeliver(e, e.app, 200, result);
}

/** The session's own token, which nonces are bound to. */
const authOf = (e) => e.request.header.get('Authorization').replace(/^Bearer /i, '');

function partySession(e, app) {
  const who = caller(e, app);
  if (who.kind !== 'party' || who.by !== 'session') throw new Refusal('sign-in', 'Open the link again.');
  return who;
}

function mintNonce(e, app) {
  const who = caller(e, app);
  if (who.kind === 'member' && !nonces.signedInLately(app, authOf(e))) {
    throw new Refusal('sign-in', 'Sign in again first: this needs a sign-in of the last 10 minutes.', {
      status: 403
    });
  }
  if (who.by === 'link') throw new Refusal('sign-in', 'Open the link again.');
  return nonces.mintNonce(app, authOf(e));
}

function certify(e, app) {
  const who = caller(e, app);
  if (who.by === 'link') throw new Refusal('sign-in', 'Open the link again.');
  const agent = e.request.header.get('User-Agent');
  const asked = { who, auth: authOf(e), ip: e.realIP(), agent };
  return authority().certify(app, asked, readBody(e));
}

/** Route name → what answers it. */
const routes = {
  setupOpen: (e) => answer(e, () => setup.openSetup(e.app, readBody(e))),
  setup: (e) => answer(e, () => setup.setUp(e.app, readBody(e))),
  me: (e) => answer(e, () => members.me(e.app, memberCaller(e, e.app))),
  changeWorkspace: (e) =>
    answer(e, () => {
      memberCaller(e, e.app, ['owner']);
      return workspaceSettings.change(e.app, readBody(e));
    }),
  members: (e) =>
    answer(e, () => {
      memberCaller(e, e.app, ['owner', 'manager']);
      return { members: members.list(e.app) };
    }),
  invite: (e) =>
    answerAndSend(e, () => members.invite(e.app, memberCaller(e, e.app, ['owner']), readBody(e))),
  addTeam: (e) =>
    answer(e, () => {
      memberCaller(e, e.app, ['owner']);
      return members.addTeam(e.app, readBody(e));
    }),
  tokens: (e) =>
    answer(e, () => {
      memberCaller(e, e.app, ['owner']);
      return { tokens: tokens.list(e.app) };
    }),
  addToken: (e) => answer(e, () => tokens.make(e.app, memberCaller(e, e.app, ['owner']), readBody(e))),
  revokeToken: (e) =>
    answer(e, () => {
      memberCaller(e, e.app, ['owner']);
      return tokens.revoke(e.app, readBody(e));
    }),
  takeDocument: (e) => answerAndSend(e, () => require('./intake.js').take(e, e.app, readBody(e))),
  inviteOpen: (e) => answer(e, () => members.openInvitation(e.app, readBody(e))),
  inviteAccept: (e) => answer(e, () => members.accept(e.app, readBody(e))),
  nonce: (e) => answer(e, () => mintNonce(e, e.app)),
  certificates: (e) => answer(e, () => certify(e, e.app)),
  ownCertificates: (e) =>
    answer(e, () => ({ certificates: ownCertificates.list(e.app, memberCaller(e, e.app)) })),
  revokeCertificate: (e) =>
    answer(e, () => ownCertificates.revoke(e.app, memberCaller(e, e.app), readBody(e))),
  actions: (e) => answerAndSend(e, () => actions.run(e.app, caller(e, e.app), readBody(e).actions)),
  putBlob: (e) => answer(e, () => blobs.put(e, e.app, caller(e, e.app))),
  getBlob: (e) => {
    try {
      blobs.get(e, e.app, caller(e, e.app));
    } catch (error) {
      const refusal = asRefusal(error);
      return e.json(refusal.status, refusal.body());
    }
  },
  changes: (e) =>
    answer(e, () => {
      const who = caller(e, e.app);
      if (who.by === 'link') throw new Refusal('sign-in', 'Open the link again.');
      const since = Number(e.request.url.query().get('since') || '0');
      if (!Number.isInteger(since) || since < 0) throw new Refusal('bad-request', 'since is a number.');
      return changes.feed(e.app, who, since);
    }),
  timestampRoom: (e) =>
    answer(e, () => {
      caller(e, e.app);
      return timestamps().room(e.app);
    }),
  timestamp: (e) => answer(e, () => timestamps().relay(e.app, caller(e, e.app), readBody(e))),
  signOpen: (e) => answer(e, () => sessions.openLink(e.app, readBody(e))),
  signCode: (e) => answerAndSend(e, () => sessions.sendCode(e.app, readBody(e))),
  signSession: (e) => answer(e, () => sessions.start(e.app, readBody(e))),
  party: (e) => answer(e, () => sessions.view(e.app, partySession(e, e.app).party)),
  documentMessages: (e) =>
    answer(e, () => ({
      messages: documents.messagesOf(e.app, memberCaller(e, e.app), e.request.pathValue('id'))
    })),
  resend: (e) =>
    answerAndSend(e, () =>
      resending.again(e, e.app, e.request.pathValue('id'), e.request.pathValue('message'))
    ),
  trial: (e) => answerAndSend(e, () => resending.trial(e, e.app, readBody(e))),
  trialState: (e) => answer(e, () => resending.trialState(e, e.app, e.request.pathValue('id'))),
  documentEvents: (e) =>
    answer(e, () => documents.eventsOf(e.app, memberCaller(e, e.app), e.request.pathValue('id'))),
  smsReport: (e) => {
    const report = sms.report(e);
    if (report === null) return e.json(404, { code: 'not-found', message: 'There is nothing here.' });
    if (report.status !== null) messages.report(e.app, report.id, report.status, report.said);
    return e.json(200, {});
  },
  rootPem: (e) => answerPem(e, () => authority().rootPem(e.app)),
  timePem: (e) => answerPem(e, () => timestamps().rootsPem()),
  caLog: (e) => answer(e, () => authority().log(e.app)),
  crl: (e) => {
    try {
      const list = authority().revocationList(e.app);
      return e.blob(200, 'application/pkix-crl', Array.from(require('./shared-proofs.js').fromBase64(list)));
    } catch (error) {
      const refusal = asRefusal(error);
      return e.json(refusal.status, refusal.body());
    }
  }
};

module.exports = routes;
