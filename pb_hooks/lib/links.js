// Ways into a document for a party without an account (`security.md` L1, L2).
const { randomToken } = require('./random.js');
const { Refusal } = require('./refusal.js');

const DAY = 86_400_000;
/** A link to sign ends when the server stops accepting the party's certificate (§4). */
const SIGN_DAYS = 30;
const TOKEN = /^[A-Za-z0-9]{43}$/;

/** Makes a link of a kind for a party; returns its address with the token in the fragment. */
function mint(tx, party, kind) {
  const token = randomToken();
  const row = new Record(tx.findCollectionByNameOrId('links'));
  row.load({
    party: party.id,
    document: party.getString('document'),
    kind,
    tokenSha256: $security.sha256(token),
    sendTimes: [],
    // A copy is there as long as its document.
    expires: kind === 'copy' ? 0 : Date.now() + SIGN_DAYS * DAY,
    createdAt: Date.now()
  });
  tx.save(row);
  return `${$os.getenv('APP_URL')}/sign#${token}`;
}

/** The live link of a token. Unknown, expired and revoked are the same refusal. */
function linkOf(app, token) {
  const refused = new Refusal('link', 'This link is not valid.');
  if (typeof token !== 'string' || !TOKEN.test(token)) throw refused;
  let row;
  try {
    row = app.findFirstRecordByFilter('links', 'tokenSha256 = {:hash}', { hash: $security.sha256(token) });
  } catch {
    throw refused;
  }
  const expires = row.getInt('expires');
  if (row.getBool('revoked') || (expires !== 0 && expires < Date.now())) throw refused;
  return row;
}

module.exports = { linkOf, mint };
