// What time does to an open document: reminders by plan, a warning, the end (`backend.md`, "Messages"). Each
// document in a transaction of its own that looks again, so that two crons at once do nothing twice.
const events = require('./events.js');
const { json, workspace } = require('./records.js');
const { Refusal, describe, transact } = require('./refusal.js');
const zones = require('./zones.js');

const DAY = 86_400_000;
/** The warning comes this long before the end, or at half of a shorter time. */
const WARN_MS = 2 * DAY;
const LONGEST = 5 * 366 * DAY;
const AT_ONCE = 200;

const WAITS = "(stage = 'company' || stage = 'client')";

/** @returns {any} Loaded here: stages.js has the turn's own times from this file. */
const stages = () => require('./stages.js');

const waits = (document) => ['company', 'client'].includes(document.getString('stage'));

/** When it ends and when that is said, as columns. */
function ending(now, expires) {
  if (expires === 0) return { expires: 0, warnAt: 0 };
  if (expires <= now || expires > now + LONGEST)
    throw new Refusal('bad-request', 'expires is no time to come.');
  return { expires, warnAt: expires - Math.min(WARN_MS, Math.floor((expires - now) / 2)) };
}

/** The end that a document gets when it is sent; `wanted` is what the sender chose. */
function atSending(tx, now, wanted) {
  const days = workspace(tx).getInt('expiryDays');
  return ending(now, wanted === undefined ? (days === 0 ? 0 : now + days * DAY) : wanted);
}

/** When the party that got the turn at `since` is reminded after `count` reminders; 0: not again. */
function nextReminder(tx, since, count) {
  const days = (json(workspace(tx), 'reminders') || [])[count];
  return days === undefined ? 0 : since + days * DAY;
}

/** `document.extend`. */
function extend(tx, who, document, action) {
  if (!waits(document)) throw new Refusal('not-open', 'The document waits for nobody.');
  const { expires } = action.payload;
  document.load(ending(Date.now(), expires));
  events.append(tx, document.id, 'extended', who.id, { action: action.id, expires });
  return stages().touch(tx, document);
}

/** Whoever has the turn, or null where a device is handed over. */
function turnOf(tx, document) {
  const party = tx.findRecordById('parties', document.getString('turn'));
  return party.getString('channel') === 'hand' && party.getString('member') === '' ? null : party;
}

/** A message to whoever is waited for, by its own way. Returns false where there is none. */
function tellTurn(tx, document, kind, key, payload) {
  const party = turnOf(tx, document);
  if (party === null) return false;
  const member = party.getString('member');
  if (member === '') stages().tellParty(tx, document, party, kind, key, payload);
  else stages().tellMember(tx, document, member, kind, key, payload);
  return true;
}

function remind(tx, document, now) {
  const since = document.getInt('turnSince');
  const count = document.getInt('reminded');
  const party = tx.findRecordById('parties', document.getString('turn'));
  const zone = party.getString('zone') || workspace(tx).getString('zone');
  const when = zones.awake(zone, now);
  // Night where the party is: in the morning.
  if (when > now) {
    document.load({ remindAt: when });
    return tx.save(document);
  }
  if (tellTurn(tx, document, 'reminder', `${since}-${count}`, {})) {
    events.append(tx, document.id, 'reminded', 'server', { party: party.id, count: count + 1 });
  }
  const next = nextReminder(tx, since, count + 1);
  document.load({ reminded: count + 1, remindAt: next === 0 ? 0 : Math.max(next, now + DAY) });
  tx.save(document);
}

function warn(tx, document) {
  const expires = document.getInt('expires');
  const zone = workspace(tx).getString('zone');
  const payload = { until: zones.moment(zone, expires) };
  tellTurn(tx, document, 'expiring', `${expires}`, payload);
  const owner = document.getString('owner');
  const party = turnOf(tx, document);
  if (party === null || party.getString('member') !== owner)
    stages().tellMember(tx, document, owner, 'expiring', `${expires}`, payload);
  events.append(tx, document.id, 'expiring', 'server', { expires });
  document.load({ warnAt: 0 });
  tx.save(document);
}

function expire(tx, document) {
  events.append(tx, document.id, 'expired', 'server', { expires: document.getInt('expires') });
  const stop = { how: 'expired', name: '', reason: '', but: '' };
  stages().halt(tx, { id: 'server' }, document, `${document.getInt('expires')}`, stop);
}

/** What is due, by its column, the end first: who is told that it ended needs no reminder. */
const DUE = { expires: expire, warnAt: warn, remindAt: remind };

/** Called each minute. One document that cannot be done holds up no other. */
function catchUp(app) {
  for (const column of Object.keys(DUE)) {
    const now = Date.now();
    const due = `${WAITS} && ${column} > 0 && ${column} <= {:now}`;
    for (const { id } of app.findRecordsByFilter('documents', due, column, AT_ONCE, 0, { now })) {
      try {
        transact(app, (tx) => {
          const document = tx.findRecordById('documents', id);
          const time = document.getInt(column);
          if (waits(document) && time > 0 && time <= now) DUE[column](tx, document, now);
        });
      } catch (error) {
        console.error(`${column} of ${id}:`, describe(error));
      }
    }
  }
}

module.exports = { atSending, catchUp, extend, nextReminder };
