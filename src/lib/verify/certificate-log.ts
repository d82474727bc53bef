import * as v from 'valibot';
import { fromHex, toHex } from '../bytes/hex.ts';
import { concat } from '../bytes/concat.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import {
  LOG_START,
  logExportSchema,
  openingText,
  restartText,
  type LogExport,
  type LogHead,
  type LogRestart
} from '../domain/certificate-log.ts';
import type { ProofStatement } from '../domain/proof.ts';
import type { Certificate } from '../pki/certificate.ts';
import { hashBytes } from '../pki/hash.ts';

const sha256 = (bytes: Uint8Array): string => toHex(hashBytes('SHA-256', bytes));

const leafOf = (opening: ProofStatement['log']['opening']): string =>
  sha256(encodeUtf8(openingText(opening)));
const headOf = (prev: string, leaf: string): string => sha256(concat(fromHex(prev), fromHex(leaf)));

/** Whether a proof statement opens a leaf about this very certificate, under the head that it names (C7). */
export function openingFits({ log, spki }: ProofStatement, certificate: Certificate): boolean {
  const { opening } = log;
  return (
    opening.spki === spki &&
    opening.serial === certificate.serialHex &&
    (opening.seq > 0 || log.prev === LOG_START) &&
    headOf(log.prev, leafOf(opening)) === log.head
  );
}

/** Reads an exported log (`GET ca/log`); null when the text is none. */
export function readLog(text: string): LogExport | null {
  try {
    const parsed = v.safeParse(logExportSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** A head that a file carries, and the head before it. */
export interface HeldHead extends LogHead {
  /** Which file, as a person knows it. */
  readonly file: string;
  readonly prev: string;
  readonly leaf: string;
}

/** The heads that a statement puts into a file. */
export function heldHead(file: string, { log }: ProofStatement): HeldHead {
  return { file, seq: log.opening.seq, head: log.head, prev: log.prev, leaf: leafOf(log.opening) };
}

export type LogFinding =
  /** Every head lies on the one chain that was given. */
  | { readonly kind: 'one-history'; readonly files: number }
  /** Two heads for one place: the authority showed different people different histories. */
  | { readonly kind: 'forked'; readonly seq: number; readonly files: readonly string[] }
  /** The log says of itself that it went on from a backup there: what the files hold beyond is lost. */
  | {
      readonly kind: 'restored';
      readonly seq: number;
      readonly at: string;
      readonly files: readonly string[];
    }
  /** The log itself does not hold together from this entry on: something was removed, moved or changed. */
  | { readonly kind: 'log-broken'; readonly seq: number }
  /** The log ends before a place that a file has: something was removed. */
  | { readonly kind: 'log-short'; readonly seq: number; readonly files: readonly string[] };

/**
 * First entry whose head is not over it and the one before, that is not the restart it claims to be, or at which an
 * outside authority saw another head; -1 when the chain holds.
 */
function brokenAt({ entries, restarts, stamps }: LogExport): number {
  let prev = LOG_START;
  return entries.findIndex(({ leaf, head }, seq) => {
    const holds =
      headOf(prev, leaf) === head &&
      restarts.every((one) => one.seq !== seq || leaf === sha256(encodeUtf8(restartText(one)))) &&
      stamps.every((one) => one.seq !== seq || head === one.head);
    prev = head;
    return !holds;
  });
}

/** The first restart at or before a place: entries of the former history from there on are lost. */
const restartBefore = ({ restarts, entries }: LogExport, seq: number): LogRestart | undefined =>
  restarts.find((one) => one.seq <= seq && one.seq < entries.length);

/** What each head says about places in the log: its own, and the one before. */
function places(held: HeldHead): readonly (readonly [number, string])[] {
  const own = [held.seq, held.head] as const;
  return held.seq === 0 ? [own] : [own, [held.seq - 1, held.prev] as const];
}

/**
 * Whether all that several files (and a log, when one is given) say of one authority's log can be one
 * history (`security.md` C7). The heads must be of one authority.
 */
export function judgeLog(held: readonly HeldHead[], log: LogExport | null): LogFinding {
  if (log !== null) {
    const broken = brokenAt(log);
    if (broken >= 0) return { kind: 'log-broken', seq: broken };
    for (const one of held) {
      const entry = log.entries[one.seq];
      const restart = restartBefore(log, one.seq);
      if (restart !== undefined && (entry?.head !== one.head || entry.leaf !== one.leaf))
        return { kind: 'restored', seq: restart.seq, at: restart.at, files: [one.file] };
      if (entry === undefined) return { kind: 'log-short', seq: one.seq, files: [one.file] };
      if (entry.head !== one.head || entry.leaf !== one.leaf)
        return { kind: 'forked', seq: one.seq, files: [one.file] };
    }
  }
  const known = new Map<number, { head: string; file: string }>();
  for (const one of held) {
    for (const [seq, head] of places(one)) {
      const other = known.get(seq);
      if (other !== undefined && other.head !== head)
        return { kind: 'forked', seq, files: [...new Set([other.file, one.file])] };
      known.set(seq, { head, file: one.file });
    }
  }
  return { kind: 'one-history', files: new Set(held.map(({ file }) => file)).size };
}
