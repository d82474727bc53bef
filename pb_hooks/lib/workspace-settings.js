// What the owner decides for everybody (`api.ts`, WorkspaceSettings). A further one is a line in `SETTINGS`.
const { json, workspace } = require('./records.js');
const { Refusal, transact } = require('./refusal.js');

const oneOf = (values) => (value) => values.includes(value);
const whole = (least, most) => (value) => Number.isInteger(value) && value >= least && value <= most;
const truth = (value) => typeof value === 'boolean';

/** Days, each later than the one before. */
const plan = (value) =>
  Array.isArray(value) &&
  value.length <= 10 &&
  value.every((day, i) => whole(1, 365)(day) && (i === 0 || day > value[i - 1]));

/** Name → what it may be, and how it stands in the row. */
const SETTINGS = {
  keyLock: {
    fits: oneOf(['passphrase', 'passkey']),
    of: (row) => row.getString('keyLock') || 'passphrase'
  },
  reminders: { fits: plan, of: (row) => json(row, 'reminders') || [] },
  expiryDays: { fits: whole(0, 1825), of: (row) => row.getInt('expiryDays') },
  delegation: { fits: truth, of: (row) => row.getBool('delegation') }
};

/** As they are told with `me`. */
function settingsOf(row) {
  const told = {};
  for (const [name, { of }] of Object.entries(SETTINGS)) told[name] = of(row);
  return told;
}

/** POST workspace: those that the body names; an unknown name or value changes nothing at all. */
function change(app, body) {
  const named = Object.entries(body || {});
  for (const [name, value] of named) {
    if (!Object.hasOwn(SETTINGS, name) || !SETTINGS[name].fits(value)) {
      throw new Refusal('bad-request', `There is no such setting or value: ${name.slice(0, 40)}.`);
    }
  }
  return transact(app, (tx) => {
    const row = workspace(tx);
    row.load(Object.fromEntries(named));
    tx.save(row);
    return settingsOf(row);
  });
}

module.exports = { change, settingsOf };
