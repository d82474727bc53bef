import * as v from 'valibot';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { evidenceSchema, type Evidence } from '../domain/evidence.ts';
import { jcs, JcsError, type Json } from '../domain/jcs.ts';
import { PdfError } from '../pdf/error.ts';
import { inflate } from '../pdf/inflate.ts';
import { type PdfObject, PdfString } from '../pdf/objects.ts';

/** `security.md` E7. Bytes, and levels of nesting. */
const MAX_PACKED = 64 * 1024;
const MAX_INFLATED = 256 * 1024;
const MAX_DEPTH = 8;

export type EvidenceResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly evidence: Evidence; readonly text: string }
  /** Present, but not what version 1 allows: shown as such, never judged. */
  | { readonly kind: 'refused'; readonly why: string };

function depthOf(value: Json, level = 1): number {
  if (level > MAX_DEPTH || value === null || typeof value !== 'object') return level;
  const items: readonly Json[] = Array.isArray(value)
    ? value
    : Object.values(value as { readonly [key: string]: Json });
  return items.reduce<number>((deepest, item) => Math.max(deepest, depthOf(item, level + 1)), level);
}

/** Reads /XXCountersign of a signature dictionary: deflated canonical JSON (`signing.md`, "Evidence"). */
export function readEvidence(object: PdfObject): EvidenceResult {
  if (object === null) return { kind: 'none' };
  if (!(object instanceof PdfString)) return { kind: 'refused', why: 'evidence-not-a-string' };
  if (object.bytes.length > MAX_PACKED) return { kind: 'refused', why: 'evidence-too-long' };
  let bytes: Uint8Array;
  try {
    bytes = inflate(object.bytes, MAX_INFLATED);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
    return { kind: 'refused', why: error.code === 'limit' ? 'evidence-too-long' : 'evidence-unreadable' };
  }
  const text = decodeUtf8(bytes);
  if (text === null) return { kind: 'refused', why: 'evidence-unreadable' };
  try {
    const value = JSON.parse(text) as Json;
    if (depthOf(value) > MAX_DEPTH) return { kind: 'refused', why: 'evidence-too-deep' };
    // One spelling only: what a person is shown is what was hashed (E1).
    if (jcs(value) !== text) return { kind: 'refused', why: 'evidence-not-canonical' };
    const parsed = v.safeParse(evidenceSchema, value);
    return parsed.success
      ? { kind: 'read', evidence: parsed.output, text }
      : { kind: 'refused', why: 'evidence-unknown-version' };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JcsError || error instanceof RangeError) {
      return { kind: 'refused', why: 'evidence-unreadable' };
    }
    throw error;
  }
}
