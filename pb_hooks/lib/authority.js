// The server's half of the workspace's authority (`security.md` §4): the issuing and the statement key, made
// here at the first start, certified by the owner's browser at set-up. The root is never here (C1).
const certificateLog = require('./certificate-log.js');
const events = require('./events.js');
const ownCertificates = require('./own-certificates.js');
const proofs = require('./proofs.js');
const { randomBytes } = require('./random.js');
const { Refusal, describe, transact } = require('./refusal.js');
const { first } = require('./caller.js');
const { workspace } = require('./records.js');
const { key, seal, unseal } = require('./secret.js');
const { useNonce } = require('./nonces.js');
const shared = require('./shared-proofs.js');

const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const USES = { issuing: 'ca-kek', statement: 'statement-kek' };

/** Answers signature questions with noble, hashing natively. */
const provider = shared.nobleProvider({
  sha256: (bytes) => shared.fromHex($security.sha256(toString(bytes)))
});

const isValid = (check) => check !== null && provider.check([check])[0] === 'valid';

/** Makes the two keys once; called at every start. */
function ensureKeys(app) {
  for (const name in USES) {
    if (first(app, 'authority_keys', 'name = {:name}', { name }) !== null) continue;
    const key = shared.serverKey(randomBytes(48));
    const row = new Record(app.findCollectionByNameOrId('authority_keys'));
    row.load({ name, spki: shared.toBase64(key.spki), wrapped: seal(USES[name], shared.toHex(key.secret)) });
    app.save(row);
  }
}

const spkiOf = (app, name) => first(app, 'authority_keys', 'name = {:name}', { name }).getString('spki');

/**
 * Signs with one of the two keys: raw r‖s. `repeatable`: the same message gets the same signature, so that an
 * answer can be given twice; else each is another (X2).
 */
function sign(app, name, message, repeatable) {
  const row = first(app, 'authority_keys', 'name = {:name}', { name });
  const secret = shared.fromHex(unseal(USES[name], row.getString('wrapped')));
  const entropy = repeatable
    ? shared.fromHex($security.hs256($security.sha256(toString(message)), key(USES[name])))
    : randomBytes(32);
  return shared.signAsServer(secret, message, entropy);
}

/** Throws when what the owner's browser made is not a root and certificates for exactly these keys. */
function checkSetup(app, { root, issuing, statement, rootCrl }) {
  const wrong = (what) => new Refusal('bad-request', `The ${what} is not what set-up asks for.`);
  const read = (what, text, parse) => {
    try {
      return parse(shared.fromBase64(text));
    } catch (error) {
      console.warn('set-up:', what, describe(error));
      throw wrong(what);
    }
  };
  const rootCertificate = read('root', root, shared.parseCertificate);
  const isRoot = rootCertificate.basicConstraints !== null && rootCertificate.basicConstraints.ca;
  if (!isRoot || !isValid(shared.certificateCheck(rootCertificate, rootCertificate.spki)))
    throw wrong('root');
  const underRoot = (what, text, name) => {
    const certificate = read(what, text, shared.parseCertificate);
    const same = shared.toBase64(certificate.spki) === spkiOf(app, name);
    if (!same || !isValid(shared.certificateCheck(certificate, rootCertificate.spki))) throw wrong(what);
    return certificate;
  };
  const constraints = underRoot('issuing certificate', issuing, 'issuing').basicConstraints;
  if (constraints === null || !constraints.ca || constraints.pathLength !== 0)
    throw wrong('issuing certificate');
  underRoot('statement certificate', statement, 'statement');
  const list = read('revocation list', rootCrl, shared.parseCrl);
  if (!isValid(shared.crlCheck(list, rootCertificate))) throw wrong('revocation list');
}

/** A request of ours: well-formed, P-256 or P-384 on its curve, signed by its own key. */
function readRequest(csr) {
  let request;
  try {
    request = shared.parseRequest(shared.fromBase64(csr));
  } catch (error) {
    throw new Refusal('csr', `This is no certificate request: ${describe(error)}`);
  }
  if (!isValid(request.check)) throw new Refusal('csr', 'The request is not signed by its own key.');
  return request;
}

/**
 * Whom a certificate names: from the caller's own row, whatever the request says (C3). No address: it would stand
 * in every signed file in plain (E6).
 */
function holder(app, who) {
  if (who.kind === 'member') {
    return {
      kind: 'member',
      user: who.user.id,
      party: '',
      name: who.user.getString('name'),
      organization: workspace(app).getString('name'),
      checked: 'staff'
    };
  }
  return {
    kind: 'party',
    user: '',
    party: who.party.id,
    name: who.party.getString('name'),
    organization: who.party.getString('organisation'),
    checked: who.party.getString('proof')
  };
}

/** `api.ts`, CertificateIssued: with what the server states about who asked. */
function answer(tx, row, asked) {
  const root = workspace(tx);
  return {
    certificate: row.getString('der'),
    chain: [root.getString('issuing'), root.getString('root')],
    ...proofs.proofOf(tx, row, asked, (bytes) => sign(tx, 'statement', bytes))
  };
}

/**
 * POST certificates (C2 to C4): for a session that just proved itself.
 * @param {{who: import('./caller.js').Caller, auth: string, ip: string, agent: string}} asked `auth` is its token
 */
function certify(app, asked, { csr, replaces }) {
  const { who, auth } = asked;
  if (typeof csr !== 'string') throw new Refusal('csr', 'A certificate request is needed.');
  const request = readRequest(csr);
  useNonce(app, auth, request.nonce || '');
  const spkiSha256 = $security.sha256(toString(request.spki));
  const person = holder(app, who);
  return transact(app, (tx) => {
    const before = first(tx, 'certificates', 'spkiSha256 = {:spkiSha256}', { spkiSha256 });
    if (before !== null) {
      const own = before.getString('user') === person.user && before.getString('party') === person.party;
      if (!own || before.getInt('revokedAt') !== 0)
        throw new Refusal('key-reused', 'This key was certified before.');
      if (replaces) ownCertificates.end(tx, person.user, replaces, 'superseded');
      return answer(tx, before, asked);
    }
    const row = issue(tx, person, request.spki, spkiSha256);
    if (person.party !== '') {
      supersede(tx, person.party, row.id);
      const sha256 = row.getString('sha256');
      events.append(tx, who.party.getString('document'), 'certified', who.id, { certificate: sha256 });
    }
    if (replaces) ownCertificates.end(tx, person.user, replaces, 'superseded');
    return answer(tx, row, asked);
  });
}

function issue(tx, person, spki, spkiSha256) {
  const issuer = shared.parseCertificate(shared.fromBase64(workspace(tx).getString('issuing')));
  const now = Date.now();
  let unsigned;
  try {
    unsigned = shared.personCertificate({
      kind: person.kind,
      name: person.name,
      organization: person.organization,
      email: null,
      issuer,
      spki,
      serial: shared.serialFrom(randomBytes(16)),
      now,
      // With timestamps a signature outlives its certificate; without, that must last as long as people look.
      timestamped: $os.getenv('TSA_URL') !== ''
    });
  } catch (error) {
    if (error.name === 'PkiError') throw new Refusal('csr', error.message);
    throw error;
  }
  const der = unsigned.finish(sign(tx, 'issuing', unsigned.bytes));
  const certificate = shared.parseCertificate(der);
  const row = new Record(tx.findCollectionByNameOrId('certificates'));
  row.load({
    serial: certificate.serialHex,
    sha256: shared.certificateSha256(certificate),
    spkiSha256,
    subject: person.name,
    der: shared.toBase64(der),
    user: person.user,
    party: person.party,
    checked: person.checked,
    issuedAt: now,
    notAfter: certificate.notAfter
  });
  tx.save(row);
  const about = {
    serial: certificate.serialHex,
    spki: spkiSha256,
    subject: person.name,
    kind: person.checked,
    at: new Date(now).toISOString()
  };
  certificateLog.append(tx, about, row.getString('sha256'));
  return row;
}

/** A party has one key: a new one ends the others (C4). Members have one on each device: they say which (`replaces`). */
function supersede(tx, party, but) {
  const filter = 'party = {:party} && id != {:but} && revokedAt = 0';
  for (const row of tx.findRecordsByFilter('certificates', filter, '', 0, 0, { party, but })) {
    row.load({ revokedAt: Date.now(), revokedFor: 'superseded' });
    tx.save(row);
  }
}

const pem = (base64) =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})/g, '$1\n').trim()}\n-----END CERTIFICATE-----\n`;

/** GET /ca.pem: the root that readers pin. */
function rootPem(app) {
  const row = workspace(app);
  if (row === null) throw new Refusal('not-found', 'The workspace is not set up yet.');
  return pem(row.getString('root'));
}

/** GET ca/log: the certificate log, for anybody to keep and compare (C7). */
function log(app) {
  const row = workspace(app);
  if (row === null) throw new Refusal('not-found', 'The workspace is not set up yet.');
  const root = shared.parseCertificate(shared.fromBase64(row.getString('root')));
  return certificateLog.list(app, shared.certificateSha256(root));
}

/**
 * GET crl: the issuing authority's list, base64 DER. A new one when something was revoked, or after a day; its
 * number never falls, not even after a restore (C6).
 */
function revocationList(app) {
  const row = workspace(app);
  if (row === null) throw new Refusal('not-found', 'The workspace is not set up yet.');
  const revoked = app.findRecordsByFilter('certificates', 'revokedAt > 0', 'revokedAt', 0, 0);
  const key = `crl-${revoked.length}`;
  const kept = app.store().get(key);
  if (kept && kept.until > Date.now()) return kept.der;
  const now = Date.now();
  const number = Math.max(row.getInt('crlNumber') + 1, now);
  const unsigned = shared.certificateRevocationList({
    issuer: shared.parseCertificate(shared.fromBase64(row.getString('issuing'))),
    number,
    now,
    next: now + WEEK_MS,
    revoked: revoked.map((one) => ({
      serial: shared.fromHex(one.getString('serial')),
      at: one.getInt('revokedAt'),
      reason: one.getString('revokedFor')
    }))
  });
  const der = shared.toBase64(unsigned.finish(sign(app, 'issuing', unsigned.bytes)));
  row.set('crlNumber', number);
  app.save(row);
  app.store().set(key, { der, until: now + DAY_MS });
  return der;
}

module.exports = {
  certify,
  checkSetup,
  ensureKeys,
  isValid,
  log,
  pem,
  provider,
  revocationList,
  rootPem,
  sign,
  spkiOf
};
