// RFC 3161 authorities as TSA_URL names them, asked in order; every token is checked before it is used or
// passed on (`security.md` T2). TSA_CA names the roots that a token's path must reach.
const authority = require('./authority.js');
const { randomBytes } = require('./random.js');
const { Refusal, describe } = require('./refusal.js');
const shared = require('./shared-proofs.js');

/** Seconds that all authorities get together: while a device waits, while an action is answered, by cron. */
const WAIT = { device: 2, action: 4, cron: 30 };
/** One that failed is asked last for so long, ms. */
const REST_MS = 60_000;
/** Answers and lists, bytes. */
const MAX_ANSWER = 64 << 10;
const MAX_LIST = 1 << 20;
/** Bytes kept beyond the longest token seen: serial numbers and fractions of seconds vary. */
const SLACK = 24;
const DAY_MS = 86_400_000;
/** Tokens a caller may ask for in ten minutes. */
const MOST = 60;
const WINDOW_MS = 600_000;

const words = (name) =>
  $os
    .getenv(name)
    .split(/[\s,]+/)
    .filter((word) => word !== '');

/** Addresses, the preferred one first. */
const authorities = () => words('TSA_URL');

const configured = () => authorities().length > 0;

/** Host and port of an address; empty when it is none. */
const hostOf = (address) => (/^https?:\/\/([^/?#@]+)(?:[/?#]|$)/i.exec(address) || ['', ''])[1].toLowerCase();

/** Why the configuration cannot be used, or null. */
function problem() {
  if (!configured()) return null;
  if (authorities().some((address) => hostOf(address) === '')) return 'TSA_URL is not an http(s) address.';
  try {
    roots();
    return null;
  } catch (error) {
    return `TSA_CA cannot be read: ${describe(error)}`;
  }
}

/** The roots of TSA_CA, a file of PEM certificates; null when it is not set. */
function roots() {
  const file = $os.getenv('TSA_CA');
  if (file === '') return null;
  const blocks = toString($os.readFile(file)).split('-----BEGIN CERTIFICATE-----').slice(1);
  if (blocks.length === 0) throw new Error('no certificate in it');
  return blocks.map((block) => {
    const base64 = block.split('-----END')[0].replace(/\s+/g, '');
    return shared.parseCertificate(shared.fromBase64(base64));
  });
}

/** GET /time-ca.pem: what TSA_CA names, for readers to judge times by; empty without an authority. */
function rootsPem() {
  const named = configured() ? roots() || [] : [];
  return named.map((root) => authority.pem(shared.toBase64(root.der))).join('');
}

/** One authority's answer, checked. Throws TimestampError, or whatever the network threw. */
function askOne(address, query, { imprint, nonce }, seconds) {
  const response = $http.send({
    url: address,
    method: 'POST',
    body: query,
    timeout: seconds,
    headers: { 'Content-Type': 'application/timestamp-query' }
  });
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  if (response.body.length > MAX_ANSWER) throw new Error(`${response.body.length} bytes`);
  const answer = Uint8Array.from(Buffer.from(response.body));
  const asked = shared.readTimestampResponse(answer, { imprint, nonce, now: Date.now(), roots: roots() });
  return asked.accept(authority.provider.check(asked.checks));
}

/** In the order of TSA_URL, but those that failed a moment ago last: nobody waits twice for the same silence. */
function inOrder(app) {
  const resting = (address) => (app.store().get(`authority-${address}`) || 0) > Date.now();
  const all = authorities();
  return [...all.filter((address) => !resting(address)), ...all.filter(resting)];
}

/**
 * The first good answer; each is given its share of the seconds that are left. Throws a Refusal when none of them
 * gives a token that holds.
 */
function askAll(app, query, request, seconds) {
  if (!configured()) throw new Refusal('no-authority', 'No time authority is configured.');
  const until = Date.now() + seconds * 1_000;
  const addresses = inOrder(app);
  const failures = [];
  for (const [place, address] of addresses.entries()) {
    const share = Math.round((until - Date.now()) / 1_000 / (addresses.length - place));
    try {
      const token = askOne(address, query, request, Math.max(1, share));
      app.store().remove(`authority-${address}`);
      remember(app, token);
      return token;
    } catch (error) {
      app.store().set(`authority-${address}`, Date.now() + REST_MS);
      const code = error.name === 'TimestampError' ? `${error.code}, ` : '';
      failures.push(`${hostOf(address)}: ${code}${describe(error)}`);
    }
  }
  const all = failures.join('; ');
  console.warn('timestamps:', all);
  throw new Refusal('authority-failed', `No time authority gave a token that holds: ${all}`);
}

/** What the next token will need: its room, and the certificates that an archive must vouch for. */
function remember(app, token) {
  const store = app.store();
  const known = store.get('authority') || { room: 0 };
  store.set('authority', {
    room: Math.max(known.room, token.token.length + SLACK),
    certificates: JSON.stringify(token.certificates.map((one) => shared.toBase64(one)))
  });
}

/** A token over a SHA-256 digest, for the server itself. */
function stamp(app, imprint, seconds) {
  const nonce = randomBytes(8);
  const request = { imprint, nonce: shared.nonceValue(nonce) };
  return askAll(app, shared.timestampRequest(imprint, nonce), request, seconds);
}

/** Room for a token, bytes, and the authority's certificates. Asks for one token when nothing is known yet. */
function profile(app, seconds) {
  if (!app.store().get('authority')) stamp(app, new Uint8Array(32), seconds);
  const known = app.store().get('authority');
  return { room: known.room, certificates: JSON.parse(known.certificates).map(shared.fromBase64) };
}

/** Whether a signature's own timestamp holds; `signed` is what it must be about. */
function holds({ token, stamped }) {
  try {
    const imprint = shared.fromHex($security.sha256(toString(Buffer.from(stamped))));
    const asked = shared.readToken(token, { imprint, nonce: null, now: null, roots: roots() });
    asked.accept(authority.provider.check(asked.checks));
    return true;
  } catch (error) {
    if (error.name === 'TimestampError') return false;
    throw error;
  }
}

/** GET timestamp: the room to keep in a signature, or null where no authority is configured. */
function room(app) {
  return { room: configured() ? profile(app, WAIT.device).room : null, now: Date.now() };
}

/** At most so many in ten minutes, for each caller; a restart forgives. */
function count(app, who) {
  const key = `timestamps-${who.id}-${Math.floor(Date.now() / WINDOW_MS)}`;
  const used = (app.store().get(key) || 0) + 1;
  app.store().set(key, used);
  if (used > MOST) throw new Refusal('rate-limited', 'Too many timestamps in a short time.');
}

/** A party may ask while its document waits for it. */
function mayAsk(app, who) {
  if (who.kind === 'member') return;
  const document = app.findRecordById('documents', who.party.getString('document'));
  const open = ['company', 'client'].includes(document.getString('stage'));
  if (!open || document.getString('turn') !== who.party.id) {
    throw new Refusal('not-your-turn', 'The document does not wait for this party.');
  }
}

/** POST timestamp `{query}`: a TimeStampReq in, a checked TimeStampToken out, both base64 DER. */
function relay(app, who, body) {
  mayAsk(app, who);
  count(app, who);
  let query;
  let request;
  try {
    query = shared.fromBase64(typeof body.query === 'string' ? body.query.slice(0, 4_000) : '');
    request = shared.readTimestampRequest(query);
  } catch (error) {
    throw new Refusal('bad-request', `This is no timestamp request: ${describe(error)}`);
  }
  const token = askAll(app, query, request, WAIT.device);
  return { token: shared.toBase64(token.token), time: token.time, now: Date.now() };
}

/** Hosts that lists may come from: the authorities' own, and those that WEBHOOK_HOSTS names (M5). */
function mayFetch(address) {
  const host = hostOf(address);
  const own = authorities().map(hostOf);
  return host !== '' && (own.includes(host) || words('WEBHOOK_HOSTS').includes(host));
}

function fetchList(address, issuer) {
  const response = $http.send({ url: address, method: 'GET', timeout: WAIT.action });
  if (response.statusCode !== 200 || response.body.length > MAX_LIST)
    throw new Error(`not a list: ${address}`);
  const list = shared.parseCrl(Uint8Array.from(Buffer.from(response.body)));
  if (!authority.isValid(shared.crlCheck(list, issuer)))
    throw new Error(`not signed by its issuer: ${address}`);
  return list;
}

/** Revocation lists that cover the authority, DER; what cannot be had is left out and said. */
function lists(app) {
  const certificates = profile(app, WAIT.action).certificates.map(shared.parseCertificate);
  const found = [];
  for (const certificate of certificates) {
    const issuer = certificates.find((one) => one.subject.text === certificate.issuer.text);
    const address = shared.crlAddresses(certificate).find(mayFetch);
    if (address === undefined || issuer === undefined) continue;
    const key = `list-${address}`;
    const kept = app.store().get(key);
    if (kept && kept.until > Date.now()) {
      found.push(shared.fromBase64(kept.der));
      continue;
    }
    try {
      const list = fetchList(address, issuer);
      const until = Math.min(Date.now() + DAY_MS / 24, list.nextUpdate || Infinity);
      app.store().set(key, { der: shared.toBase64(list.der), until });
      found.push(list.der);
    } catch (error) {
      console.warn('timestamps:', describe(error));
    }
  }
  return found;
}

module.exports = { WAIT, configured, holds, lists, problem, profile, relay, room, rootsPem, stamp };
