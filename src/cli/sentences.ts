import { changeSentence, changeWhere, warningSentence } from '#lib/app/report-words.ts';
import { listWords } from '#lib/app/trust-words.ts';
import * as m from '#lib/paraglide/messages.js';
import type { TrustedListFacts } from '#lib/pki/trusted-list.ts';
import type { Report, SignatureReport } from '#lib/verify/report.ts';

type Sentence = () => string;

const verdicts: Readonly<Record<Report['verdict'], Sentence>> = {
  unchanged: m.verify_verdict_unchanged,
  'changed-as-permitted': m.verify_verdict_changed_as_permitted,
  unknown: m.verify_verdict_unknown,
  changed: m.verify_verdict_changed,
  broken: m.verify_verdict_broken,
  unsigned: m.verify_verdict_unsigned,
  unreadable: m.verify_verdict_unreadable
};

const integrities: Readonly<Record<SignatureReport['integrity'], Sentence>> = {
  intact: m.verify_integrity_intact,
  broken: m.verify_integrity_broken,
  malformed: m.verify_integrity_malformed,
  unsupported: m.verify_integrity_unsupported
};

const coverages: Readonly<Record<SignatureReport['coverage'], Sentence>> = {
  file: m.verify_coverage_file,
  revision: m.verify_coverage_revision,
  partial: m.verify_coverage_partial,
  invalid: m.verify_coverage_invalid
};

const levels: Readonly<Record<SignatureReport['changes']['level'], Sentence>> = {
  none: m.verify_level_none,
  lta: m.verify_level_lta,
  form: m.verify_level_form,
  annotations: m.verify_level_annotations,
  disallowed: m.verify_level_disallowed,
  unknown: m.verify_level_unknown
};

const trusts: Readonly<Record<SignatureReport['trust']['status'], Sentence>> = {
  trusted: m.verify_trust_trusted,
  unknown: m.verify_trust_unknown,
  expired: m.verify_trust_expired,
  revoked: m.verify_trust_revoked,
  invalid: m.verify_trust_invalid
};

function trustSentence({ trust: { status, why } }: SignatureReport): string {
  return why === 'time-not-proven' ? m.verify_trust_time_not_proven() : trusts[status]();
}

function who(signature: SignatureReport): string {
  const name = signature.signer?.subject;
  if (name === undefined) return m.verify_who_unknown();
  return signature.kind === 'timestamp' ? m.verify_who_timestamp({ name }) : m.verify_who_signer({ name });
}

function when({ provenTime, claimedTime }: SignatureReport): string {
  if (provenTime !== null) {
    const { at: time, authority, known } = provenTime;
    return known ? m.verify_time_proven({ time }) : m.verify_time_stated({ time, authority });
  }
  return claimedTime === null ? m.verify_time_none() : m.verify_time_claimed({ time: claimedTime });
}

function since({ changes: { level, permitted } }: SignatureReport): string {
  return !permitted && level !== 'disallowed' && level !== 'unknown'
    ? m.verify_level_forbidden()
    : levels[level]();
}

/** A report for people: one line, then the signatures, then what is wrong or odd. */
export function describe(report: Report): string[] {
  const lines = [m.verify_line({ file: report.file, verdict: verdicts[report.verdict]() })];
  if (report.error !== null) {
    lines.push(m.verify_error_item({ detail: report.error.message, code: report.error.code }));
  }
  for (const signature of report.signatures) {
    lines.push(
      m.verify_signature({
        field: signature.field,
        who: who(signature),
        time: when(signature),
        integrity: integrities[signature.integrity](),
        coverage: coverages[signature.coverage](),
        changes: since(signature),
        trust: trustSentence(signature)
      })
    );
    if (signature.changes.permitted) continue;
    for (const item of signature.changes.items.slice(0, 20)) {
      const { revision, object, code } = item;
      lines.push(
        m.verify_change_item({ revision, where: changeWhere(item), what: changeSentence(code), object })
      );
    }
  }
  for (const { code, message } of report.warnings) {
    lines.push(m.verify_warning_item({ what: warningSentence(code), detail: message }));
  }
  return lines;
}

/** What a trusted list says of itself, and how far it can be believed. `now` in UTC milliseconds. */
export function describeList(list: TrustedListFacts, now: number): string[] {
  const { said, age } = listWords(list, now);
  return [said, m.trust_list_unchecked(), age];
}
