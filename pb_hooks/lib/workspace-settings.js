// What the owner decides for everybody (`api.ts`, WorkspaceSettings). A further one is a line in `SETTINGS`.
const { workspace } = require('./records.js');
const { Refusal, transact } = require('./refusal.js');

/** Name → what it may be, and what it is until somebody decided. */
const SETTINGS = {
  keyLock: { values: ['passphrase', 'passkey'], usual: 'passphrase' }
};

/** As they are told with `me`. */
function settingsOf(row) {
  const told = {};
  for (const [name, { usual }] of Object.entries(SETTINGS)) told[name] = row.getString(name) || usual;
  return told;
}

/** POST workspace: those that the body names; an unknown name or value changes nothing at all. */
function change(app, body) {
  const named = Object.entries(body || {});
  for (const [name, value] of named) {
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : null;
    if (setting === null || !setting.values.includes(value)) {
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
