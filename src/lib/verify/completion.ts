import type { Completion, CompletionSignature } from '../domain/completion.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { ProofReport, Report, SignatureReport } from './report.ts';

type EvidencePart = NonNullable<CompletionSignature['evidence']>;

function identityOf({ proof }: Evidence, report: ProofReport | null): EvidencePart['identity'] {
  const statement = report?.statement ?? null;
  const witness = report?.witness ?? null;
  // In person the server's statement is about the witness; nothing in it is about the party.
  const own = report?.by === 'server' ? statement : null;
  return {
    kind: proof.kind,
    status: report?.status ?? 'unconfirmed',
    by: report?.by ?? null,
    why: report?.why ?? 'no-statement',
    address: own?.address?.mask ?? null,
    channels: own?.channels ?? null,
    codeRightAt: own?.code?.rightAt ?? null,
    tries: own?.code?.tries ?? null,
    signedInAt: own?.signedInAt ?? null,
    notes: own?.notes ?? [],
    witness:
      witness === null
        ? null
        : {
            name: witness.name,
            idSeen: witness.statement.idSeen,
            idLast3: witness.statement.idLast3 ?? null,
            at: witness.statement.at,
            text: witness.statement.text
          }
  };
}

function evidenceOf({ evidence, proof }: SignatureReport): EvidencePart | null {
  if (evidence === null) return null;
  const { party, key, consent, time, app } = evidence;
  return {
    party: {
      id: party.id,
      role: party.kind,
      name: party.name,
      organisation: party.organisation,
      email: party.email,
      phone: party.phone
    },
    identity: identityOf(evidence, proof),
    key: { ...key },
    consent: { ...consent },
    values: { ...evidence.values },
    signature: { ...evidence.signature },
    stampSha256: evidence.stamp?.sha256 ?? null,
    device: {
      time: time.device,
      server: time.server,
      serverAge: time.serverAge ?? null,
      online: time.online,
      zone: time.zone,
      app: app.version,
      browser: app.browser
    },
    chain: evidence.head
  };
}

/** The name a signature goes by: its evidence's, else the certificate's common name, else its field's. */
function nameOf({ evidence, signer, field }: SignatureReport): string {
  const common = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(signer?.subject ?? '')?.[1];
  return evidence?.party.name ?? common?.replace(/\\(.)/g, '$1') ?? field;
}

const endOf = ({ byteRange }: SignatureReport): number => (byteRange[2] ?? 0) + (byteRange[3] ?? 0);

/** One signature as the certificate, and the page, tell it. */
export function signatureOf(report: SignatureReport): CompletionSignature {
  const { provenTime } = report;
  return {
    field: report.field,
    name: nameOf(report),
    level: report.profile,
    method: `${report.algorithm}, ${report.digest}`,
    integrity: report.integrity,
    coverage: report.coverage,
    after: { level: report.changes.level, permitted: report.changes.permitted },
    trust: { status: report.trust.status, why: report.trust.why },
    certificate: report.signer === null ? null : { ...report.signer },
    time: {
      claimed: report.claimedTime,
      proven:
        provenTime === null
          ? null
          : { time: provenTime.at, authority: provenTime.authority, known: provenTime.known }
    },
    evidence: evidenceOf(report)
  };
}

/**
 * The certificate of completion of a file, from its report alone; null when no person signed it. `now`: the
 * reader's clock, UTC milliseconds. What the document is comes from the evidence only when all of it agrees.
 */
export function completionOf(report: Report, now: number): Completion | null {
  const persons = report.signatures.filter(({ kind }) => kind === 'approval' || kind === 'certification');
  if (persons.length === 0) return null;
  const told = persons.flatMap(({ evidence }) => (evidence === null ? [] : [evidence]));
  const [first] = told;
  const agree =
    first !== undefined &&
    told.every((one) => one.document === first.document && one.frozenSha256 === first.frozenSha256);
  return {
    v: 1,
    kind: 'certificate-of-completion',
    made: new Date(now).toISOString(),
    file: { name: report.file, bytes: report.bytes, sha256: report.sha256 },
    document: agree
      ? {
          id: first.document,
          title: first.title,
          originalSha256: first.originalSha256,
          frozenSha256: first.frozenSha256
        }
      : null,
    verdict: report.verdict,
    places: {
      signed: persons.length,
      empty: report.warnings.filter(({ code }) => code === 'empty-signature-field').length
    },
    signatures: persons.map(signatureOf),
    timestamps: report.signatures.flatMap(({ kind, timestamp }) =>
      kind === 'timestamp' && timestamp !== null ? [{ ...timestamp }] : []
    ),
    history: report.revisions.map(({ kind, end, changes }) => {
      const made = persons.find((one) => endOf(one) === end);
      return { kind, end, changes, signer: made === undefined ? null : nameOf(made) };
    }),
    warnings: [...new Set(report.warnings.map(({ code }) => code))]
  };
}
