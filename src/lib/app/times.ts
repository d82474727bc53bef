import * as m from '#lib/paraglide/messages.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long: "2 days", "5 minutes", "now" for less than one. Whole units, rounded down. */
export function span(ms: number): string {
  const [unit, count] =
    ms >= DAY
      ? (['day', Math.floor(ms / DAY)] as const)
      : ms >= HOUR
        ? (['hour', Math.floor(ms / HOUR)] as const)
        : (['minute', Math.floor(ms / MINUTE)] as const);
  if (count <= 0) return m.common_just_now();
  const words = new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count);
  // Number and unit stay on one line.
  return words.replace(' ', '\u00a0');
}

/** How long ago: "2 days ago", "just now". */
export function ago(ms: number): string {
  return ms < MINUTE ? m.common_just_now() : m.common_since({ span: span(ms) });
}

/** "3 May 2026" in the reader's zone. */
export function day(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** A date of a document (`YYYY-MM-DD`) as "3 May 2026"; what is no date stays as it is. */
export function date(written: string): string {
  const at = Date.parse(`${written}T00:00`);
  return /^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(at) ? day(at) : written;
}

/** "3 May 2026, 14:05" in the reader's zone. */
export function moment(at: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit'
  }).format(at);
}

/** "14:05" in the reader's zone. */
export function time(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** The reader's zone by name: "Europe/Warsaw". */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');
}

/** "12.3 MB", "5 KB". */
export function bytes(size: number): string {
  const [unit, divisor] =
    size >= 1e9
      ? (['gigabyte', 1e9] as const)
      : size >= 1e6
        ? (['megabyte', 1e6] as const)
        : (['kilobyte', 1e3] as const);
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit,
    maximumFractionDigits: size / divisor < 10 ? 1 : 0
  }).format(size / divisor);
}

/** The calendar day here, as a date field wants it. */
export function dayOf(at: number): string {
  const local = new Date(at);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${local.getFullYear()}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}`;
}

/** The last moment of a day of a date field, here; null when it is none. */
export function endOfDay(written: string): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(written) ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(day), 23, 59, 0).getTime();
}
