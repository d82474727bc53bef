import * as v from 'valibot';
import { jcs } from './jcs.ts';
import { countShape, hashShape, timeShape } from './shapes.ts';

/**
 * The authority's certificate log (`security.md` C7): each issuance appends a leaf, and a head over it and
 * the head before. leaf = SHA-256(JCS of the opening), head = SHA-256(prev ‖ leaf), 32 bytes each.
 */
export const LOG_START = '0'.repeat(64);

/** What a leaf hides: only the party of the certificate gets it, with the salt that keeps others from guessing. */
export const openingSchema = v.object({
  seq: countShape,
  /** Hex, as the certificate has it. */
  serial: v.pipe(v.string(), v.regex(/^[0-9a-f]{2,40}$/)),
  /** SHA-256 of the SubjectPublicKeyInfo. */
  spki: hashShape,
  subject: v.string(),
  kind: v.picklist(['none', 'email', 'sms', 'staff', 'in-person']),
  at: timeShape,
  /** 16 bytes, hex. */
  salt: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
});
export type LogOpening = v.InferOutput<typeof openingSchema>;

/** Text whose SHA-256 (as UTF-8) is the leaf. */
export function openingText(opening: LogOpening): string {
  const { seq, serial, spki, subject, kind, at, salt } = opening;
  return jcs({ seq, serial, spki, subject, kind, at, salt });
}

/** A place where the log goes on from a backup: entries that followed before are lost. */
export const restartSchema = v.object({
  seq: countShape,
  /** Of the data folder from then on (`security.md` R1). */
  epoch: v.string(),
  at: timeShape
});
export type LogRestart = v.InferOutput<typeof restartSchema>;

/** Text whose SHA-256 is the leaf of that place: nobody can add or remove a restart later. */
export function restartText({ seq, epoch, at }: LogRestart): string {
  return jcs({ seq, restored: epoch, at });
}

/** `GET ca/log`: leaves and heads only, oldest first, seq from 0. */
export const logExportSchema = v.object({
  v: v.literal(1),
  /** SHA-256 of the root certificate. */
  authority: hashShape,
  entries: v.array(v.object({ leaf: hashShape, head: hashShape })),
  restarts: v.optional(v.array(restartSchema), []),
  /** RFC 3161 tokens (base64 DER), each over the head of its place. */
  stamps: v.optional(
    v.array(v.object({ seq: countShape, head: hashShape, time: countShape, token: v.string() })),
    []
  )
});
export type LogExport = v.InferOutput<typeof logExportSchema>;

/** A place in the log that somebody holds: in evidence, in a mail. */
export interface LogHead {
  readonly seq: number;
  readonly head: string;
}
