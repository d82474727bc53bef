import type { Verified } from '#lib/app/verifier.svelte.ts';
import { sentence } from '#lib/app/sentences.ts';
import * as m from '#lib/paraglide/messages.js';
import type { Report, ReportRevision, SignatureReport } from '#lib/verify/report.ts';
import type { IconName } from '#lib/ui/icons.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'plain';

/** One sentence about the bytes of a file, with what stands under it. */
export interface VerdictWords {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly title: string;
  readonly note: string;
}

export function verdictWords(report: Report): VerdictWords {
  switch (report.verdict) {
    case 'unchanged':
      return words(
        'good',
        'check-circle',
        m.verifier_verdict_unchanged(),
        m.verifier_verdict_note_unchanged()
      );
    case 'changed-as-permitted':
      return words(
        'good',
        'check-circle',
        m.verifier_verdict_permitted(),
        m.verifier_verdict_note_permitted()
      );
    case 'unknown':
      return words('wait', 'info', m.verifier_verdict_unknown(), m.verifier_verdict_note_unknown());
    case 'changed':
      return words('bad', 'alert', m.verifier_verdict_changed(), m.verifier_verdict_note_changed());
    case 'broken':
      return words('bad', 'alert', m.verifier_verdict_broken(), m.verifier_verdict_note_broken());
    case 'unsigned':
      return words('plain', 'info', m.verifier_verdict_unsigned(), m.verifier_verdict_note_unsigned());
    case 'unreadable':
      return report.read === 'encrypted'
        ? words('wait', 'lock', m.verifier_encrypted(), report.error ? sentence(report.error.code) : '')
        : words(
            'bad',
            'alert',
            m.verifier_verdict_unreadable(),
            report.error ? sentence(report.error.code) : ''
          );
  }
}

/** What came out of several files, in one line. */
export function queueSummary(files: readonly Verified[]): string {
  const kinds: [(count: { count: number }) => string, (entry: Verified) => boolean][] = [
    [m.verifier_sum_good, ({ report }) => good.has(report?.verdict ?? '')],
    [m.verifier_sum_bad, ({ report }) => report?.verdict === 'changed' || report?.verdict === 'broken'],
    [m.verifier_sum_unsigned, ({ report }) => report?.verdict === 'unsigned'],
    [m.verifier_sum_open, ({ locked }) => locked !== null],
    [m.verifier_sum_unknown, ({ report }) => report !== null],
    [m.verifier_sum_stopped, () => true]
  ];
  const found = kinds.map(() => 0);
  for (const entry of files) {
    const kind = kinds.findIndex(([, is]) => is(entry));
    found[kind] = (found[kind] ?? 0) + 1;
  }
  const parts = kinds.flatMap(([say], i) => ((found[i] ?? 0) > 0 ? [say({ count: found[i] ?? 0 })] : []));
  return m.verifier_sum({ total: files.length, parts: parts.join(', ') });
}
const good: ReadonlySet<string> = new Set(['unchanged', 'changed-as-permitted']);

function words(tone: Tone, icon: IconName, title: string, note: string): VerdictWords {
  return { tone, icon, title, note };
}

/** A date in the reader's zone, with the zone named. */
export function writeTime(iso: string): string {
  return (
    new Date(iso).toLocaleString(undefined, {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: undefined
    }) + ` ${zoneName(iso)}`
  );
}

function zoneName(iso: string): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' }).formatToParts(new Date(iso));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** The common name of a distinguished name (RFC 4514), or all of it when it has none. */
export function commonName(name: string): string {
  const match = /(?:^|,)\s*CN=((?:\\.|[^,\\+])+)/i.exec(name);
  return (match?.[1] ?? name).replace(
    /\\([0-9a-f]{2})|\\(.)/gi,
    (_, hex: string | undefined, char: string) =>
      hex === undefined ? char : String.fromCharCode(parseInt(hex, 16))
  );
}

export function signerName(signature: SignatureReport): string {
  if (signature.evidence) return signature.evidence.party.name;
  return signature.signer ? commonName(signature.signer.subject) : m.verifier_nameless();
}

export function signatureTitle(signature: SignatureReport): string {
  const name = signerName(signature);
  if (signature.kind !== 'timestamp') return m.verifier_signed_by({ name });
  return signature.provenTime?.known === true
    ? m.verifier_confirmed_by({ name })
    : m.verifier_stamped_by({ name });
}

export function timeSentence(signature: SignatureReport): string {
  const { provenTime } = signature;
  if (provenTime !== null) {
    const told = { time: writeTime(provenTime.at), authority: commonName(provenTime.authority) };
    return provenTime.known ? m.verifier_time_proven(told) : m.verifier_time_stated(told);
  }
  return signature.claimedTime
    ? m.verifier_time_claimed({ time: writeTime(signature.claimedTime) })
    : m.verifier_time_none();
}

/** Whether one of the four questions was answered well, and in which words. */
export interface Answer {
  readonly tone: Tone;
  readonly text: string;
}

/** The four answers; `report`: of the whole file, which tells who its parties are. */
export function answers(signature: SignatureReport, report: Report): Answer[] {
  return [
    integrityAnswer(signature),
    coverageAnswer(signature),
    sinceAnswer(signature),
    trustAnswer(signature, report)
  ];
}

function integrityAnswer({ integrity, algorithm }: SignatureReport): Answer {
  switch (integrity) {
    case 'intact':
      return { tone: 'good', text: m.verifier_intact() };
    case 'broken':
      return { tone: 'bad', text: m.verifier_integrity_broken() };
    case 'malformed':
      return { tone: 'bad', text: m.verifier_integrity_malformed() };
    case 'unsupported':
      return { tone: 'wait', text: m.verifier_integrity_unsupported({ algorithm }) };
  }
}

function coverageAnswer({ coverage }: SignatureReport): Answer {
  switch (coverage) {
    case 'file':
      return { tone: 'good', text: m.verifier_coverage_file() };
    case 'revision':
      return { tone: 'good', text: m.verifier_coverage_revision() };
    case 'partial':
      return { tone: 'bad', text: m.verifier_coverage_partial() };
    case 'invalid':
      return { tone: 'bad', text: m.verifier_coverage_invalid() };
  }
}

function sinceAnswer({ changes }: SignatureReport): Answer {
  if (changes.level !== 'disallowed' && changes.level !== 'unknown' && !changes.permitted)
    return { tone: 'bad', text: m.verifier_since_not_permitted() };
  switch (changes.level) {
    case 'none':
      return { tone: 'good', text: m.verifier_since_none() };
    case 'lta':
      return { tone: 'good', text: m.verifier_since_lta() };
    case 'form':
      return { tone: 'good', text: m.verifier_since_form() };
    case 'annotations':
      return { tone: 'good', text: m.verifier_since_annotations() };
    case 'disallowed':
      return { tone: 'bad', text: m.verifier_since_disallowed() };
    case 'unknown':
      return { tone: 'bad', text: m.verifier_since_unknown() };
  }
}

/** The workspace vouches for the others' certificates and signs itself (`security.md` V2). */
function isPartyToo({ signatures }: Report): boolean {
  return signatures.some(
    ({ evidence, trust }) => evidence?.party.kind === 'company' && trust.status === 'trusted'
  );
}

function trustAnswer({ kind, trust, signer, provenTime }: SignatureReport, report: Report): Answer {
  switch (trust.status) {
    case 'trusted':
      return {
        tone: 'good',
        text:
          kind === 'timestamp'
            ? m.verifier_trust_time()
            : isPartyToo(report)
              ? m.verifier_trust_party()
              : m.verifier_trust_trusted()
      };
    case 'expired':
      return { tone: 'wait', text: m.verifier_trust_expired() };
    case 'revoked':
      return { tone: 'bad', text: m.verifier_trust_revoked() };
    case 'invalid':
      return { tone: 'wait', text: m.verifier_trust_invalid() };
    case 'unknown':
      if (trust.why === 'time-not-proven') {
        const authority = commonName(provenTime?.authority ?? '');
        return { tone: 'wait', text: m.verifier_trust_time_not_proven({ authority }) };
      }
      return {
        tone: 'wait',
        text:
          signer !== null && signer.issuer === signer.subject
            ? m.verifier_trust_self()
            : m.verifier_trust_unknown({ issuer: signer ? commonName(signer.issuer) : '' })
      };
  }
}

/** Index of the revision that a signature closes, null when it closes none. */
export function signedState(report: Report, { byteRange }: SignatureReport): number | null {
  const end = (byteRange[2] ?? 0) + (byteRange[3] ?? 0);
  const index = report.revisions.findIndex((revision) => revision.end === end);
  return index < 0 ? null : index;
}

/** What a revision did, naming who signed where a signature ends with it. */
export function revisionWords(revision: ReportRevision, signatures: readonly SignatureReport[]): string {
  switch (revision.kind) {
    case 'original':
      return m.verifier_revision_original();
    case 'freeze':
      return m.verifier_revision_freeze();
    case 'signature': {
      const made = signatures.find(
        (one) => (one.byteRange[2] ?? 0) + (one.byteRange[3] ?? 0) === revision.end
      );
      return made
        ? m.verifier_revision_signature_by({ name: signerName(made) })
        : m.verifier_revision_signature();
    }
    case 'timestamp':
      return m.verifier_revision_timestamp();
    case 'archive':
      return m.verifier_revision_archive();
    case 'other':
      return m.verifier_revision_other();
  }
}
