// Wall clocks of time zones: the engine has no Intl, Go has the zones.

const HOUR = 3_600_000;
/** Nobody is reminded before eight in the morning or after eight in the evening, by their own clock. */
const OPENS = 8;
const CLOSES = 20;

const ZONE = /^[A-Za-z0-9_+/-]{1,60}$/;

const pad = (number) => String(number).padStart(2, '0');

/** Whether Go knows the zone: it takes any other for UTC. */
function known(zone) {
  try {
    return typeof zone === 'string' && ZONE.test(zone) && new Timezone(zone).string() === zone;
  } catch {
    return false;
  }
}

/** What a clock in the zone is ahead of UTC, ms; 0 for a zone that is not known. */
function offset(zone, at) {
  if (!known(zone)) return 0;
  // The text of the UTC time, read as local time of the zone, lies that much earlier. Taken once more at the
  // instant so found, since on the day of a change the two may stand on its two sides.
  const text = (ms) => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
  const second = Math.floor(at / 1000) * 1000;
  const first = second - new DateTime(text(second), zone).time().unixMilli();
  return second + first - new DateTime(text(second + first), zone).time().unixMilli();
}

/** The first moment from `at` on that is between eight and eight on the zone's clock. */
function awake(zone, at) {
  const ahead = offset(zone, at);
  const local = new Date(at + ahead);
  const hour = local.getUTCHours();
  if (hour >= OPENS && hour < CLOSES) return at;
  const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
  const wall = midnight + (hour < OPENS ? 0 : 24 * HOUR) + OPENS * HOUR;
  return wall - offset(zone, wall - ahead);
}

const MONTHS = 'January February March April May June July August September October November December';

/** `3 May 2026, 14:05 (Europe/Warsaw)`. */
function moment(zone, at) {
  const local = new Date(at + offset(zone, at));
  const day = `${local.getUTCDate()} ${MONTHS.split(' ')[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  return `${day}, ${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())} (${known(zone) ? zone : 'UTC'})`;
}

module.exports = { awake, known, moment };
