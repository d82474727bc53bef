import * as v from 'valibot';
import { ID_PATTERN } from './id.ts';
import { jcs, type Json } from './jcs.ts';
import { countShape, hashShape, timeShape } from './shapes.ts';

/**
 * The history of a document: a chain, each event's hash over its own canonical JSON and the hash before
 * (`contracts.md`, "Canonical JSON"; `security.md` E4). It proves order and integrity up to a head that is held
 * elsewhere (a signature's evidence, a mail, a receipt), not that an entry is true or that none is missing at
 * the end.
 */
export const EVENT_START = '0'.repeat(64);

/** Every kind there is; the server records no other. Sentences: `app/history.ts`. */
export const EVENT_KINDS = [
  'created',
  'frozen',
  'removed',
  'sent',
  'message-sent',
  'message-delivered',
  'message-failed',
  'code-sent',
  'code-failed',
  'code-right',
  'opened',
  'certified',
  // What the signer's device tells, signed by the signer's key.
  'viewed',
  'filled',
  'consent',
  'signed',
  // An action that waited on a device without network.
  'synced',
  'timestamped',
  'timestamp-failed',
  'archived',
  'declined',
  'voided',
  'expired',
  'delegated',
  'reminded',
  'resent',
  'expiring',
  'extended',
  'address-changed',
  'completed',
  'downloaded',
  'erased',
  // A server was restored: what it still knew, and how many it lost (`security.md` R2, R3).
  'restored'
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What a hash is over, without the hash before. */
export interface EventFacts {
  readonly document: string;
  readonly seq: number;
  readonly kind: string;
  /** `users:<id>`, `parties:<id>` or `server`. */
  readonly actor: string;
  /** Server time, UTC milliseconds. */
  readonly at: number;
  /** Ids, hashes and counts only: it cannot be erased. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Text whose SHA-256 (as UTF-8) is the event's hash. */
export function eventText({ document, seq, kind, actor, at, data }: EventFacts, prev: string): string {
  return jcs({ document, seq, kind, actor, at, data: data as Json, prev });
}

/** Longest list of device events in one statement, and longest statement, characters. */
export const DEVICE_EVENTS = { count: 300, length: 48 * 1024 } as const;

export const deviceEventSchema = v.object({
  kind: v.picklist(['viewed', 'filled', 'consent']),
  /** Device time. */
  at: timeShape,
  /** Milliseconds since the page was loaded. */
  monotonic: countShape,
  /** viewed: the furthest page seen, from 1. */
  page: v.exactOptional(v.pipe(countShape, v.minValue(1), v.maxValue(20_000))),
  /** filled: the field's name. */
  field: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
  /** consent: SHA-256 of the text. */
  sha256: v.exactOptional(hashShape)
});
export type DeviceEvent = v.InferOutput<typeof deviceEventSchema>;

/**
 * What a device says of the time before a signature, in one statement signed by the key that signs the document
 * (kind `events`, compact JWS with the key's certificate).
 */
export const deviceEventsSchema = v.object({
  v: v.literal(1),
  document: v.string(),
  party: v.string(),
  /** Newest event of the chain that the device knew. */
  head: v.nullable(v.object({ seq: countShape, hash: hashShape })),
  /** The server's time when last heard, and its age by the device. */
  server: v.nullable(v.object({ at: timeShape, age: v.pipe(v.number(), v.integer()) })),
  zone: v.string(),
  events: v.pipe(v.array(deviceEventSchema), v.minLength(1), v.maxLength(DEVICE_EVENTS.count))
});
export type DeviceEvents = v.InferOutput<typeof deviceEventsSchema>;

/** An entry as it stands in an exported history. `data: null`: only its hash is known, its text was lost (R3). */
const exportedEvent = v.object({
  seq: countShape,
  kind: v.string(),
  actor: v.string(),
  at: countShape,
  data: v.nullable(v.record(v.string(), v.unknown())),
  prev: hashShape,
  hash: hashShape
});

/** A history as a file: everything that is needed to check it, and names to read it by. */
export const historySchema = v.object({
  countersign: v.literal('history'),
  v: v.literal(1),
  document: v.pipe(v.string(), v.regex(ID_PATTERN)),
  title: v.string(),
  workspace: v.string(),
  exportedAt: countShape,
  /** Actor or party id → name. A name is what the exporter knew; no hash covers it. */
  names: v.record(v.string(), v.string()),
  events: v.pipe(v.array(exportedEvent), v.maxLength(100_000)),
  /** Compact JWS of device events, by the SHA-256 that events name. */
  statements: v.record(hashShape, v.string()),
  /** The server's signed word about the head (kind `heads`), or null. */
  head: v.nullable(v.string())
});
export type History = v.InferOutput<typeof historySchema>;
export type HistoryEvent = History['events'][number];
