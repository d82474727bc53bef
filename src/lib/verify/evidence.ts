import * as v from 'valibot';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { EVIDENCE_LIMITS, evidenceSchema, type Evidence } from '../domain/evidence.ts';
import { JcsError, parseJcs } from '../domain/jcs.ts';
import { PdfError } from '../pdf/error.ts';
import { inflate } from '../pdf/inflate.ts';
import { type PdfObject, PdfString } from '../pdf/objects.ts';

export type EvidenceResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly evidence: Evidence }
  /** Canonical, but of another version: shown as it stands, never judged (E1). */
  | { readonly kind: 'other-version'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string };

const reasons: Readonly<Record<JcsError['code'], string>> = {
  jcs: 'evidence-not-canonical',
  'not-canonical': 'evidence-not-canonical',
  'too-long': 'evidence-too-long',
  'too-deep': 'evidence-too-deep',
  unreadable: 'evidence-unreadable'
};

/** Reads /XXCountersign of a signature dictionary: deflated canonical JSON (`signing.md`, "Evidence"). */
export function readEvidence(object: PdfObject): EvidenceResult {
  if (object === null) return { kind: 'none' };
  if (!(object instanceof PdfString)) return { kind: 'refused', why: 'evidence-not-a-string' };
  if (object.bytes.length > EVIDENCE_LIMITS.packed) return { kind: 'refused', why: 'evidence-too-long' };
  let bytes: Uint8Array;
  try {
    bytes = inflate(object.bytes, EVIDENCE_LIMITS.inflated);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
    return { kind: 'refused', why: error.code === 'limit' ? 'evidence-too-long' : 'evidence-unreadable' };
  }
  const text = decodeUtf8(bytes);
  if (text === null) return { kind: 'refused', why: 'evidence-unreadable' };
  try {
    const value = parseJcs(text, { length: EVIDENCE_LIMITS.inflated, depth: EVIDENCE_LIMITS.depth });
    const parsed = v.safeParse(evidenceSchema, value);
    if (parsed.success) return { kind: 'read', evidence: parsed.output };
    const version = (value as { readonly v?: unknown } | null)?.v;
    return Number.isSafeInteger(version) && version !== 1
      ? { kind: 'other-version', text }
      : { kind: 'refused', why: 'evidence-malformed' };
  } catch (error) {
    if (error instanceof JcsError) return { kind: 'refused', why: reasons[error.code] };
    throw error;
  }
}
