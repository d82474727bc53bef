import type { Evidence } from '../domain/evidence.ts';
import type { RevisionKind } from '../domain/document.ts';
import type { ProofStatement } from '../domain/proof.ts';
import type { WitnessStatement } from '../domain/witness.ts';

/** Shape of `verifier.md`, "Report": page, command and tests use the same object, one per file. */
export interface Report {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly read: 'ok' | 'repaired' | 'encrypted' | 'unreadable';
  readonly error: ReportError | null;
  readonly revisions: readonly ReportRevision[];
  readonly signatures: readonly SignatureReport[];
  readonly warnings: readonly Warning[];
  readonly verdict: Verdict;
}

/** Worst first: broken > changed > unknown > changed-as-permitted > unchanged (`contracts.md`). */
export type Verdict =
  'unchanged' | 'changed-as-permitted' | 'unknown' | 'changed' | 'broken' | 'unsigned' | 'unreadable';

export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

export interface ReportRevision {
  /** Offset just behind the revision's last byte. */
  readonly end: number;
  readonly kind: RevisionKind | 'original' | 'other';
  /** Number of objects that differ from the revision before. */
  readonly changes: number;
}

export type Integrity = 'intact' | 'broken' | 'malformed' | 'unsupported';
export type Coverage = 'file' | 'revision' | 'partial' | 'invalid';
export type ChangeLevel = 'none' | 'lta' | 'form' | 'annotations' | 'disallowed' | 'unknown';

/** A place on a page (from 1) as it is displayed: PDF points, origin top left, y down (`contracts.md`). */
export interface ChangeBox {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface ChangeItem {
  /** Index into `revisions` of the revision that made it. */
  readonly revision: number;
  readonly object: string;
  /** Full name of the form field it is about. */
  readonly field: string | null;
  /** From 1, as the pages were numbered before; of an added page, after. */
  readonly page: number | null;
  readonly level: ChangeLevel;
  /** Whether this signature lets others do it. */
  readonly permitted: boolean;
  /** Stable word, e.g. `page-content`, `field-value`, `new-signature`; `verify_change_<code>` is its sentence. */
  readonly code: string;
  readonly message: string;
  /** Where it can be seen, when that is one place. */
  readonly box: ChangeBox | null;
}

export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** Hex. */
  readonly serial: string;
  /** SHA-256 of the certificate, hex. */
  readonly sha256: string;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** One certificate of a path, for people who read certificates. */
export interface CertificateDetail extends CertificateSummary {
  /** Such as `ECDSA P-256`. */
  readonly key: string;
  /** SHA-256 of its SubjectPublicKeyInfo, hex: equal where the key is the same. */
  readonly keySha256: string;
  /** KeyUsage and ExtendedKeyUsage (OIDs); null: it names none. */
  readonly usages: readonly string[] | null;
  readonly extendedUsages: readonly string[] | null;
  /** May issue certificates. */
  readonly authority: boolean;
  /** One of the roots that the reader trusts. */
  readonly root: boolean;
  /** What is wrong with it on this path, stable words (`pki/path.ts`). */
  readonly problems: readonly string[];
  /** Base64 of the certificate. */
  readonly der: string;
}

export interface TrustReport {
  readonly status: 'trusted' | 'unknown' | 'expired' | 'revoked' | 'invalid';
  readonly why: string;
}

/** How the signer's identity was checked, by whom, and whether the file itself lets a reader check that (E2, H1). */
export interface ProofReport {
  readonly status: 'confirmed' | 'unconfirmed' | 'unknown-authority' | 'invalid';
  readonly by: 'server' | 'witness' | null;
  /** Sentence `verify_proof_<why>`. */
  readonly why: string;
  /** The server's statement about the signer's key; in person, about the witness's. */
  readonly statement: ProofStatement | null;
  readonly witness: { readonly statement: WitnessStatement; readonly name: string | null } | null;
}

/** A time at which the signature existed at the latest, by a valid token in it or a document timestamp over it (T1). */
export interface ProvenTime {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly authority: string;
  readonly from: 'signature' | 'document';
  /** The authority's path ends in one of the reader's roots. Else the time is stated, not proven. */
  readonly known: boolean;
}

export interface SignatureReport {
  readonly field: string;
  readonly byteRange: readonly number[];
  readonly kind: 'approval' | 'certification' | 'timestamp' | 'usage-rights';
  readonly subFilter: string;
  readonly profile: 'PAdES-B-B' | 'PAdES-B-T' | 'PAdES-B-LT' | 'PAdES-B-LTA' | 'CMS' | 'PKCS1' | 'RFC3161';
  readonly integrity: Integrity;
  readonly coverage: Coverage;
  readonly changes: {
    readonly level: ChangeLevel;
    readonly permitted: boolean;
    readonly items: readonly ChangeItem[];
  };
  readonly docMdp: 1 | 2 | 3 | null;
  readonly digest: string;
  readonly algorithm: string;
  readonly weak: readonly string[];
  readonly signer: CertificateSummary | null;
  /** From the signer's up, each signed by the next, as far as certificates are known. */
  readonly chain: readonly CertificateDetail[];
  /** From /M or signing-time, ISO 8601; null when absent or malformed. */
  readonly claimedTime: string | null;
  /** The token in it, or that it is. */
  readonly timestamp: { readonly time: string; readonly authority: string; readonly valid: boolean } | null;
  /** Null: there is only what the signer's device claims. */
  readonly provenTime: ProvenTime | null;
  readonly trust: TrustReport;
  readonly evidence: Evidence | null;
  /** Canonical text of evidence of a version this program does not know: shown, not judged. */
  readonly otherEvidence: string | null;
  /** Null where there is no evidence. */
  readonly proof: ProofReport | null;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  /** The form field and the page (from 1) that it is about. */
  readonly field?: string;
  readonly page?: number;
}
