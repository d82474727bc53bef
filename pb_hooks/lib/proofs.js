// What the server states about the holder of a key it certified (`security.md` E2), signed by its statement
// key: how identity was checked is never the signer's own claim. The device puts it into the evidence.
const { first } = require('./caller.js');
const certificateLog = require('./certificate-log.js');
const { randomHex } = require('./random.js');
const { partiesOf, revisionsOf, workspace } = require('./records.js');
const { Refusal } = require('./refusal.js');
const { jcs, maskAddress } = require('./shared.js');
const shared = require('./shared-proofs.js');

const iso = (ms) => new Date(ms).toISOString();

/** HMAC-SHA-256 under a fresh key: says nothing to who has not the key, and cannot be searched (E6). */
function commit(value) {
  const key = randomHex(32);
  return { key, commitment: $security.hs256(value, toString(Uint8Array.from(Buffer.from(key, 'hex')))) };
}

/** L8: whose address it also is. */
function notesOf(app, party, address) {
  const same = (other) => other.trim().toLowerCase() === address.trim().toLowerCase();
  const notes = [];
  if (party.getInt('addressChangedAt') > 0) notes.push('address-changed');
  if (first(app, 'users', 'email = {:address}', { address: address.trim().toLowerCase() }) !== null)
    notes.push('address-of-member');
  const others = partiesOf(app, party.getString('document')).filter((row) => row.id !== party.id);
  if (others.some((row) => same(row.getString('contactEmail')) || same(row.getString('contactPhone'))))
    notes.push('address-of-other-party');
  return notes;
}

/** What a party proved: the code that opened its session. */
function checkOfParty(app, party, auth) {
  const row = first(app, 'code_checks', 'session = {:session}', { session: $security.sha256(auth) });
  if (row === null) throw new Refusal('sign-in', 'Open the link again.');
  const document = party.getString('document');
  const [frozen] = revisionsOf(app, document);
  const sms = row.getString('code') === 'sms';
  const address = party.getString(sms ? 'contactPhone' : 'contactEmail');
  const { key, commitment } = commit(address);
  return {
    key,
    about: {
      document,
      frozenSha256: frozen === undefined ? null : frozen.getString('sha256'),
      party: party.id,
      user: null,
      kind: row.getString('code'),
      channels: { link: row.getString('link'), code: row.getString('code') },
      code: {
        sentAt: iso(row.getInt('sentAt')),
        rightAt: iso(row.getInt('rightAt')),
        tries: row.getInt('tries')
      },
      address: { mask: maskAddress(address), commitment },
      signedInAt: null,
      notes: notesOf(app, party, address)
    }
  };
}

/** What a member proved: a password within the last ten minutes. The key signs any document afterwards. */
function checkOfMember(app, user, auth) {
  const row = first(app, 'sign_ins', 'session = {:session}', { session: $security.sha256(auth) });
  return {
    key: null,
    about: {
      document: null,
      frozenSha256: null,
      party: null,
      user: user.id,
      kind: 'staff',
      channels: null,
      code: null,
      address: null,
      signedInAt: row === null ? null : iso(row.getInt('at')),
      notes: []
    }
  };
}

/** Signs one statement; `sign(bytes)` is the statement key's. Returns the compact JWS. */
function signed(app, kind, statement, sign) {
  const certificate = shared.fromBase64(workspace(app).getString('statement'));
  const { spki } = shared.parseCertificate(certificate);
  const prepared = shared.prepareStatement(kind, jcs(statement), spki, [certificate]);
  return prepared.finish(sign(prepared.bytes));
}

/**
 * The statement about a certificate: made once and kept, so that the same key gets the same answer again.
 * @param {{who: any, auth: string, ip: string, agent: string}} asked who asks, and from where
 * @returns {{proof: string, openings: object}} for `CertificateIssued`
 */
function proofOf(tx, row, asked, sign) {
  const sha256 = row.getString('sha256');
  const kept = first(tx, 'proofs', 'certificate = {:sha256}', { sha256 });
  if (kept !== null) return answer(kept);
  const { who, auth } = asked;
  const { key, about } =
    who.kind === 'member' ? checkOfMember(tx, who.user, auth) : checkOfParty(tx, who.party, auth);
  const [ip, agent] = [commit(asked.ip), commit(asked.agent)];
  const statement = {
    v: 1,
    workspace: workspace(tx).id,
    ...about,
    name: row.getString('subject'),
    spki: row.getString('spkiSha256'),
    certificate: sha256,
    device: { ip: ip.commitment, agent: agent.commitment },
    log: certificateLog.entryOf(tx, sha256),
    at: iso(Date.now())
  };
  const saved = new Record(tx.findCollectionByNameOrId('proofs'));
  saved.load({
    certificate: sha256,
    party: row.getString('party'),
    user: row.getString('user'),
    statement: signed(tx, 'proof', statement, sign),
    openings: { address: key, ip: ip.key, agent: agent.key },
    ip: asked.ip.slice(0, 100),
    agent: asked.agent.slice(0, 1000),
    at: Date.now()
  });
  tx.save(saved);
  return answer(saved);
}

function answer(row) {
  return { proof: row.getString('statement'), openings: JSON.parse(row.getString('openings')) };
}

module.exports = { proofOf, signed };
