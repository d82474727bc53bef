// What every minute and every hour needs, and the start (`backend.md`, "Durability and operation").
const blobs = require('./blobs.js');
const codeChecks = require('./code-checks.js');
const deadlines = require('./deadlines.js');
const messages = require('./messages.js');
const nonces = require('./nonces.js');
const { workspace } = require('./records.js');
const restored = require('./restored.js');
const { describe } = require('./refusal.js');

/** One fsync a commit: the idle connection, and the setting with it, is dropped after three minutes. */
function fullSync(app) {
  app.nonconcurrentDB().newQuery('PRAGMA synchronous=FULL').execute();
}

/** Called through `GET ready`, which whoever starts the server asks before anybody else knows the address. */
function atStart(app) {
  fullSync(app);
  if (workspace(app) === null) require('./authority.js').ensureKeys(app);
  restored.atStart(app);
}

/** Runs a job unless the last one of its name still runs; cron would start a second. */
function once(app, name, job) {
  const store = app.store();
  const since = store.get(name) || 0;
  if (since > Date.now() - 600_000) return;
  store.set(name, Date.now());
  try {
    job();
  } catch (error) {
    console.error(`${name}:`, describe(error));
  } finally {
    store.remove(name);
  }
}

function eachMinute(app) {
  fullSync(app);
  try {
    deadlines.catchUp(app);
  } catch (error) {
    console.error('deadlines:', describe(error));
  }
  // Not under `once`: a silent mail server may hold one of these for ever; each message has its own lease.
  try {
    messages.deliver(app);
  } catch (error) {
    console.error('messages:', describe(error));
  }
  // Its rows have leases too; the cryptography is loaded only where an authority is named.
  if ($os.getenv('TSA_URL') === '') return;
  try {
    require('./archive.js').catchUp(app);
  } catch (error) {
    console.error('timestamps:', describe(error));
  }
  try {
    require('./log-stamps.js').stampDaily(app);
  } catch (error) {
    console.error('certificate log:', describe(error));
  }
}

function eachHour(app) {
  once(app, 'sweep', () => {
    nonces.sweep(app);
    codeChecks.sweep(app);
    blobs.sweep(app);
  });
}

module.exports = { atStart, eachHour, eachMinute };
