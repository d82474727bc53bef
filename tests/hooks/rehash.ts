import { createHash } from 'node:crypto';
import type { HistoryEvent } from '../../src/lib/domain/event.ts';

/** Sorted members, no white space: canonical for what events hold. Written here again on purpose. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const record = value as Record<string, unknown>;
  const members = Object.keys(record).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(record[name])}`).join(',')}}`;
}

/** What a forger would do: numbers and hashes made anew so that the chain fits itself. */
export function sha256Chain(document: string, events: readonly HistoryEvent[]): HistoryEvent[] {
  let prev = '0'.repeat(64);
  return events.map((event, seq) => {
    const { kind, actor, at, data } = event;
    const text = canonical({ document, seq, kind, actor, at, data, prev });
    const hash = createHash('sha256').update(text).digest('hex');
    const made = { ...event, seq, prev, hash };
    prev = hash;
    return made;
  });
}
