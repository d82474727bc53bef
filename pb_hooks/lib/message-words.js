// What a row of the outbox says: its words, its link, who it comes from. Links and codes are made here, in the
// transaction that takes the row for sending, so that the database never holds one.
const certificateLog = require('./certificate-log.js');
const codes = require('./codes.js');
const links = require('./links.js');
const { plainName, plainText } = require('./mail-body.js');
const { host } = require('./settings.js');
const { randomCode, randomToken } = require('./random.js');
const { workspace: workspaceRow } = require('./records.js');
const english = require('./words/en.js');

const INVITATION_MS = 7 * 86_400_000;
/** Kinds that bring a party a link, and what the link is for. */
const LINKS = { turn: 'sign', reminder: 'sign', expiring: 'sign', completed: 'copy' };

const address = (path) => `${$os.getenv('APP_URL')}${path}`;

/** A new link for an invitation; the one before ends with it. */
function inviteAgain(tx, payload) {
  const invitation = tx.findRecordById('invitations', payload.invitation);
  const token = randomToken();
  invitation.load({ tokenSha256: $security.sha256(token), expires: Date.now() + INVITATION_MS });
  tx.save(invitation);
  return { name: plainName(invitation.getString('name')), link: address(`/invite#${token}`) };
}

const nameOf = (tx, collection, id) => plainName(tx.findRecordById(collection, id).getString('name'));

/** About the workspace itself: an invitation, a trial, word to its owner. */
function ofWorkspace(tx, kind, payload, workspace) {
  if (kind === 'invitation') {
    const { name, link } = inviteAgain(tx, payload);
    const sender = nameOf(tx, 'users', payload.by);
    return { words: english.invitation({ sender, workspace, name }), link };
  }
  if (kind === 'test') {
    return { words: english.test({ workspace, sender: nameOf(tx, 'users', payload.by) }), link: null };
  }
  const link = address('/settings');
  return { words: english[kind]({ ...payload, workspace, link }), link };
}

/** About a document: for a party, or (`payload.member`) for a member. */
function ofDocument(tx, row, kind, payload, workspace) {
  const document = tx.findRecordById('documents', row.getString('document'));
  const about = {
    workspace,
    title: plainName(document.getString('title')),
    sender: nameOf(tx, 'users', document.getString('owner'))
  };
  if (kind === 'code') {
    const code = randomCode();
    codes.put(tx, payload.link, code);
    return { words: english.code({ ...about, code, host: host() }), link: null };
  }
  const party = row.getString('party') === '' ? null : tx.findRecordById('parties', row.getString('party'));
  const toMember = payload.member === true;
  let link = null;
  if (toMember) link = address(`/documents/${document.id}`);
  else if (LINKS[kind] !== undefined) link = links.mint(tx, party, LINKS[kind]);
  const name = toMember ? `member${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;
  const told = Object.fromEntries(
    Object.keys(payload).map((key) => [
      key,
      typeof payload[key] === 'string' ? plainName(payload[key]) : payload[key]
    ])
  );
  const words = english[name]({
    how: '',
    who: '',
    reason: '',
    ...told,
    ...about,
    greeting: plainText(document.getString('greeting')),
    link: link || '',
    // Held outside the server, a head shows later whether everybody was shown the same certificates (C7).
    log: kind === 'completed' ? certificateLog.head(tx) : null
  });
  return { words, link };
}

/** Whom an answer reaches: the workspace's own address when it has one, else the member behind the message. */
function replyTo(tx, row, payload, workspace) {
  const own = workspace.getString('mailReplyTo');
  if (own !== '') return own;
  const document = row.getString('document');
  const user = document === '' ? payload.by : tx.findRecordById('documents', document).getString('owner');
  return user === undefined ? '' : tx.findRecordById('users', user).email();
}

/**
 * @returns {{words: any, link: string | null, workspace: string, from: string, replyTo: string, frame: string}}
 * Throws when what it is about is gone.
 */
function compose(tx, row) {
  const payload = JSON.parse(row.getString('payload') || '{}');
  const own = workspaceRow(tx);
  const workspace = plainName(own.getString('name'));
  const kind = row.getString('kind');
  const said =
    row.getString('document') === ''
      ? ofWorkspace(tx, kind, payload, workspace)
      : ofDocument(tx, row, kind, payload, workspace);
  return {
    ...said,
    workspace,
    from: plainName(own.getString('mailName')) || workspace,
    replyTo: replyTo(tx, row, payload, own),
    frame: english.frame({ workspace })
  };
}

module.exports = { compose };
