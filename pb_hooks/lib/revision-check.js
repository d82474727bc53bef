// What the server itself checks of a signature revision, before anything is stored (`security.md` S1).
// Each check refuses with a code of its own; the device keeps its copy and shows the sentence.
const authority = require('./authority.js');
const { first } = require('./caller.js');
const { Refusal } = require('./refusal.js');
const { json, workspace } = require('./records.js');
const { CONSENTS, VALUE_KINDS, maskAddress } = require('./shared.js');
const shared = require('./shared-proofs.js');

/** Where a signature's ByteRange ends, bytes. */
const endOf = ({ byteRange }) => (byteRange[2] || 0) + (byteRange[3] || 0);

/** Opens both states of the file, or refuses. */
function openBoth(bytes, size) {
  try {
    return {
      after: shared.openPdf(shared.memorySource(bytes)),
      before: shared.openPdf(shared.memorySource(bytes.subarray(0, size)))
    };
  } catch (error) {
    throw new Refusal('changes', `The file cannot be read: ${error.message}`);
  }
}

/** The one signature that is new, covering the whole file; none, two, or a shorter range are refused. */
function newSignature(after, size, total) {
  const added = shared.findSignatures(after).filter((found) => endOf(found) > size);
  if (added.length !== 1) throw new Refusal('byte-range', `${added.length} new signatures where one is due.`);
  if (endOf(added[0]) !== total)
    throw new Refusal('byte-range', 'The signature does not cover the whole file.');
  return added[0];
}

/** The report of the new signature, and what was noticed of the whole file: the new one holds, earlier ones still do. */
function judge(app, bytes, signature) {
  const root = shared.fromBase64(workspace(app).getString('root'));
  const report = shared.verifyFileSync('document.pdf', shared.memorySource(bytes), authority.provider, {
    now: Date.now(),
    roots: [root]
  });
  const range = signature.byteRange.join();
  const own = report.signatures.find((one) => one.byteRange.join() === range);
  if (own === undefined || own.coverage !== 'file') {
    throw new Refusal('byte-range', 'The signature does not cover the whole file.');
  }
  if (own.integrity !== 'intact') throw new Refusal('cms', `The signature is ${own.integrity}.`);
  if (own.subFilter !== 'ETSI.CAdES.detached') throw new Refusal('cms', 'The signature is not of this kind.');
  for (const earlier of report.signatures) {
    if (earlier === own) continue;
    if (earlier.integrity !== 'intact' && earlier.integrity !== 'unsupported') {
      throw new Refusal('changes', `The signature in ${earlier.field} no longer holds.`);
    }
    if (earlier.coverage === 'revision' && !earlier.changes.permitted) {
      throw new Refusal('changes', `The signature in ${earlier.field} does not allow this.`);
    }
  }
  return { own, warnings: report.warnings };
}

/** People read a field's picture, programs its value: in what this party fills in they are the same (S2). */
function checkPictures(document, party, warnings) {
  const own = (json(document, 'fields') || []).filter((field) => field.party === party.id);
  const names = new Set(own.map((field) => field.name));
  const lie = warnings.find(({ code, field }) => code === 'appearance-differs' && names.has(field));
  if (lie !== undefined) throw new Refusal('appearance', `The picture is not the value: ${lie.message}.`);
}

/** The first signature certifies the file: the catalog's /Perms names it, and named nothing before. */
function certifies(before, after, signature) {
  const permissions = after.dict(after.catalog.get('Perms'));
  const named = permissions === null ? undefined : permissions.get('DocMDP');
  return (
    shared.findSignatures(before).length === 0 &&
    before.dict(before.catalog.get('Perms')) === null &&
    permissions !== null &&
    permissions.map.size === 1 &&
    signature.holder !== null &&
    named instanceof shared.PdfRef &&
    named.num === signature.holder.num
  );
}

/** The new revision fills and locks this party's fields and signs, and nothing else. */
function checkChanges(before, after, document, party, signature) {
  const own = (json(document, 'fields') || []).filter((field) => field.party === party.id);
  const names = new Set(own.map((field) => field.name));
  if (!own.some((field) => field.kind === 'signature' && field.name === signature.field)) {
    throw new Refusal('changes', `The signature stands in ${signature.field}.`);
  }
  for (const found of shared.compareRevisions(before, after)) {
    if (found.code === 'permissions' && certifies(before, after, signature)) continue;
    const foreign = found.field !== null && !names.has(found.field);
    if (foreign || (found.level !== 'form' && found.level !== 'lta')) {
      throw new Refusal('changes', `${found.object}: ${found.code}`, { change: found.code });
    }
  }
}

/** The certificate that made the signature, from its CMS. */
function signerOf(signature) {
  const data = shared.parseSignedData(signature.contents);
  const certificate = shared.signerCertificate(data, data.signers[0]);
  if (certificate === null)
    throw new Refusal('certificate', 'The signature holds no certificate of its signer.');
  return certificate;
}

/** The row of a certificate that this workspace issued, or null. */
const issued = (app, certificate) =>
  first(app, 'certificates', 'sha256 = {:sha256}', { sha256: shared.certificateSha256(certificate) });

/**
 * The certificate is the one that was issued to this party, or to the member who is it (C5); in person it is the
 * party's own, made in the hand-over for this document (H3); a member who is signed in may bring a key of their
 * own with a certificate by somebody else.
 */
function checkCertificate(app, who, party, certificate, evidence) {
  const row = issued(app, certificate);
  if (party.getString('proof') === 'in-person') {
    if (row !== null) throw new Refusal('certificate', 'In person the key is made for this document.');
    return;
  }
  const member = party.getString('member');
  if (evidence.key.origin === 'imported') {
    checkImported(who, member, certificate, row);
    return;
  }
  const own =
    row !== null && (member === '' ? row.getString('party') === party.id : row.getString('user') === member);
  if (!own) throw new Refusal('certificate', 'The certificate was not issued to this party.');
  if (row.getInt('revokedAt') !== 0) throw new Refusal('certificate', 'The certificate was revoked.');
  if (row.getInt('notAfter') < Date.now()) throw new Refusal('certificate', 'The certificate has ended.');
}

/**
 * Who the key belongs to is the word of the certificate's issuer, which readers judge; here it only counts that
 * the member brings the file, in a session of their own.
 */
function checkImported(who, member, certificate, row) {
  if (member === '' || who.kind !== 'member' || who.user.id !== member)
    throw new Refusal('certificate', 'A key of their own is for members who are signed in.');
  if (row !== null) throw new Refusal('certificate', 'The certificate is one of this workspace.');
  const now = Date.now();
  if (certificate.notAfter < now) throw new Refusal('certificate', 'The certificate has ended.');
  if (certificate.notBefore > now) throw new Refusal('certificate', 'The certificate has not begun.');
}

/** The server's own statement says how the signer was checked (E2); in person the member who was there does. */
function checkProof(app, who, party, report) {
  const workspaceId = workspace(app).id;
  if (party.getString('proof') === 'in-person') {
    checkWitness(app, who, report, workspaceId);
    return;
  }
  const { status, why, statement } = report.proof;
  // The server has checked no key that was brought along (see checkImported), and says nothing about it.
  if (report.evidence.key.origin === 'imported') {
    if (report.evidence.proof.statement !== null)
      throw new Refusal('proof', 'A statement is about a key of this workspace.', { why: 'imported' });
    return;
  }
  const member = party.getString('member');
  const fits = statement !== null && statement.workspace === workspaceId;
  if (status !== 'confirmed' || !fits || (member !== '' && statement.user !== member))
    throw new Refusal('proof', `How the signer was checked is not confirmed: ${why}.`, { why });
}

/**
 * In person: the statement of the member who brings the file, by a key of theirs that this workspace certified
 * (H1). verify/ has compared it with the file; here it is compared with who sends it. A key that was certified
 * only after the hand-over stands in no header, so each of the member's keys is tried.
 */
function checkWitness(app, who, report, workspaceId) {
  const refused = (why) => new Refusal('witness', `The witness's statement ${why}.`, { why });
  const { by, status, why, witness } = report.proof;
  if (by === null) throw refused('is missing');
  if (who.kind !== 'member') throw refused('must come from the member who was there');
  if (status === 'invalid' || witness === null) throw refused(`does not hold: ${why}`);
  const { statement } = witness;
  if (statement.workspace !== workspaceId) throw refused('is about something else');
  const rows = app.findRecordsByFilter('certificates', 'user = {:user} && revokedAt = 0', '', 0, 0, {
    user: who.user.id
  });
  const named = (row) => statement.witnessCert === null || row.getString('sha256') === statement.witnessCert;
  if (!rows.filter(named).some((row) => signedBy(row, report.evidence.proof.statement)))
    throw refused('is not signed by the member who sends it');
}

function signedBy(row, compact) {
  const { spki } = shared.parseCertificate(shared.fromBase64(row.getString('der')));
  try {
    return authority.isValid(shared.readStatement(compact, 'witness', spki).check);
  } catch (error) {
    if (error.name === 'CmsError') return false;
    throw error;
  }
}

/** The consent is one of the texts that this program ever showed, word for word. */
function checkConsent({ consent }) {
  const known = CONSENTS.find(
    (one) => one.version === consent.version && one.language === consent.language && one.text === consent.text
  );
  if (known === undefined || consent.sha256 !== $security.sha256(known.text)) {
    throw new Refusal('consent', 'The consent is not the text that was shown.');
  }
}

const masked = (address) => (address === '' ? null : maskAddress(address));

/** What the signer states agrees with the server's own rows. */
function checkEvidence(document, party, certificate, evidence, frozenSha256) {
  const expected = [
    ['document', evidence.document, document.id],
    ['title', evidence.title, document.getString('title')],
    ['originalSha256', evidence.originalSha256, document.getString('original')],
    ['frozenSha256', evidence.frozenSha256, frozenSha256],
    ['party.id', evidence.party.id, party.id],
    ['party.letter', evidence.party.letter, party.getString('letter')],
    ['party.kind', evidence.party.kind, party.getString('kind')],
    ['party.name', evidence.party.name, party.getString('name')],
    ['party.organisation', evidence.party.organisation, party.getString('organisation')],
    ['party.email', evidence.party.email, masked(party.getString('contactEmail'))],
    ['party.phone', evidence.party.phone, masked(party.getString('contactPhone'))],
    ['proof.kind', evidence.proof.kind, party.getString('proof')],
    ['key.certificate', evidence.key.certificate, shared.certificateSha256(certificate)]
  ];
  const wrong = expected.find(([, stated, known]) => stated !== known);
  if (wrong !== undefined) throw new Refusal('evidence', `${wrong[0]} is not what the server knows.`);
}

/** The text of a field's value, as the evidence states it. */
function textOf(field) {
  if (field.value === null) return '';
  if (field.value instanceof shared.PdfString) return shared.decodeText(field.value);
  if (field.value instanceof shared.PdfName) return field.value.name === 'Off' ? '' : field.value.name;
  return null;
}

/** Checkboxes of one question: exactly one of them is ticked, none only where none is required. */
function checkQuestions(own, values) {
  const questions = new Set(own.flatMap(({ group }) => (group === undefined ? [] : [group])));
  for (const question of questions) {
    const answers = own.filter(({ group }) => group === question);
    const ticked = answers.filter(({ name }) => (values[name] || '') !== '').length;
    if (ticked > 1 || (ticked === 0 && answers.some(({ required }) => required)))
      throw new Refusal('evidence', `${answers[0].name} and its like need one answer.`);
  }
}

/** Stated values are those in the file, and no required field is empty. */
function checkValues(document, party, after, evidence) {
  const inFile = new Map(shared.formFields(after).map((field) => [field.name, field]));
  const fields = json(document, 'fields') || [];
  const own = fields.filter((field) => field.party === party.id && VALUE_KINDS.includes(field.kind));
  const names = new Set(own.map((field) => field.name));
  const stray = Object.keys(evidence.values).find((name) => !names.has(name));
  if (stray !== undefined) throw new Refusal('evidence', `${stray} is no field of this party.`);
  checkQuestions(own, evidence.values);
  for (const field of own) {
    const stated = evidence.values[field.name] || '';
    if (field.required && stated === '' && field.group === undefined)
      throw new Refusal('evidence', `${field.name} must be filled in.`);
    const written = inFile.get(field.name);
    // A file that was signed before it came has no such field; its value stands in the signature's picture.
    if (written !== undefined && textOf(written) !== stated) {
      throw new Refusal('evidence', `${field.name} states another value than the file.`);
    }
  }
}

/**
 * @param {any} app
 * @param {import('./caller.js').Caller} who
 * @param {{document: any, party: any, bytes: Uint8Array, size: number, frozenSha256: string}} input `size` is
 *   that of the revision before, whose bytes `bytes` begins with
 * @returns {string} SHA-256 of the signer's certificate
 */
function checkRevision(app, who, { document, party, bytes, size, frozenSha256 }) {
  const { before, after } = openBoth(bytes, size);
  const signature = newSignature(after, size, bytes.length);
  const { own, warnings } = judge(app, bytes, signature);
  checkChanges(before, after, document, party, signature);
  checkPictures(document, party, warnings);
  const certificate = signerOf(signature);
  const { evidence } = own;
  if (evidence === null) throw new Refusal('evidence', 'The signature holds no evidence that can be read.');
  checkCertificate(app, who, party, certificate, evidence);
  checkEvidence(document, party, certificate, evidence, frozenSha256);
  checkProof(app, who, party, own);
  checkConsent(evidence);
  checkValues(document, party, after, evidence);
  return shared.certificateSha256(certificate);
}

module.exports = { checkRevision };
