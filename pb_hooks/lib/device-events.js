// What a signer's device tells of the time before the signature (`src/lib/domain/event.ts`, DeviceEvents): how far
// the document was read, what was filled in, the consent. One statement, signed by the key that signs the
// revision; the entries stand in the chain under the hash of the statement (`security.md` E4).
const authority = require('./authority.js');
const events = require('./events.js');
const { Refusal } = require('./refusal.js');
const { deviceEventsSchema, safeParse } = require('./shared.js');
const shared = require('./shared-proofs.js');

const LIMITS = { length: 48 * 1024, depth: 5 };
const refused = (why) => new Refusal('evidence', `What the device tells ${why}.`);

/**
 * Before the transaction: the statement is about this document and party, and by the key of the certificate
 * that signed the revision.
 * @param {string} compact
 * @param {{document: string, party: string, certificate: string}} about `certificate`: SHA-256 of the signer's
 */
function read(compact, { document, party, certificate }) {
  let found;
  let value;
  try {
    found = shared.readStatement(compact, 'events', null);
    value = shared.parseJcs(found.canonical, LIMITS);
  } catch (error) {
    if (error.name === 'CmsError' || error.name === 'JcsError') throw refused('cannot be read');
    throw error;
  }
  const parsed = safeParse(deviceEventsSchema, value);
  if (!parsed.success) throw refused('has another shape');
  const told = parsed.output;
  if (told.document !== document || told.party !== party) throw refused('is about something else');
  const [signer] = found.certificates;
  if (signer === undefined || shared.certificateSha256(signer) !== certificate)
    throw refused('is not by the key that signed');
  if (!authority.isValid(found.check)) throw refused('is not signed by its key');
  return { compact, told };
}

/** Inside it: the statement as it is, and an entry for each thing told. */
function append(tx, actor, { compact, told }) {
  const statement = $security.sha256(compact);
  const row = new Record(tx.findCollectionByNameOrId('event_statements'));
  row.load({ sha256: statement, document: told.document, statement: compact });
  tx.save(row);
  told.events.forEach(({ kind, ...data }, entry) =>
    events.append(tx, told.document, kind, actor, { ...data, party: told.party, statement, entry })
  );
}

/** Statements of a document by their hash. */
function ofDocument(app, document) {
  const rows = app.findRecordsByFilter('event_statements', 'document = {:document}', '', 0, 0, { document });
  return rows.reduce((all, row) => {
    all[row.getString('sha256')] = row.getString('statement');
    return all;
  }, {});
}

module.exports = { append, ofDocument, read };
