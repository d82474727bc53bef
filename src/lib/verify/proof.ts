import * as v from 'valibot';
import { equalBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { CmsError } from '../cms/error.ts';
import { readStatement, type ReadStatement, type StatementKind } from '../cms/statement.ts';
import type { Evidence } from '../domain/evidence.ts';
import { JcsError, parseJcs } from '../domain/jcs.ts';
import { proofSchema, type ProofStatement } from '../domain/proof.ts';
import { witnessSchema, type WitnessStatement } from '../domain/witness.ts';
import { certificateCheck, certificateSha256, type Certificate } from '../pki/certificate.ts';
import { hashBytes } from '../pki/hash.ts';
import { sameName } from '../pki/name.ts';
import { openingFits } from './certificate-log.ts';
import { type Asking, nothing } from './question.ts';
import type { ProofReport } from './report.ts';
import { judgeTrust, type TrustInput } from './trust.ts';

/** What a statement is compared with: the evidence it stands in and the signature that covers both. */
export interface ProofInput {
  readonly evidence: Evidence;
  /** The certificate that made the signature. */
  readonly signer: Certificate;
  readonly trust: TrustInput;
  /** SHA-256, hex (`former-files.ts`): the file as frozen, and the file this signature was put on. */
  readonly frozen: readonly string[] | null;
  readonly base: string | null;
}

/** Deep enough for either statement, and far below what a hostile file may want parsed. */
const LIMITS = { length: 32 * 1024, depth: 6 };

const sha256 = (bytes: Uint8Array): string => toHex(hashBytes('SHA-256', bytes));
const spkiHash = (certificate: Certificate): string => sha256(certificate.spki);

interface Opened<T> {
  readonly read: ReadStatement;
  readonly statement: T;
}

/** Reads a statement and its own version's shape; a code of `verify_proof_<code>` when it is none. */
function open<T>(
  compact: string,
  kind: StatementKind,
  schema: v.GenericSchema<unknown, T>
): Opened<T> | string {
  try {
    const read = readStatement(compact, kind, null);
    const parsed = v.safeParse(schema, parseJcs(read.canonical, LIMITS));
    return parsed.success ? { read, statement: parsed.output } : 'malformed';
  } catch (error) {
    if (error instanceof CmsError || error instanceof JcsError) return 'malformed';
    throw error;
  }
}

/** Only the server's statement key has this profile, and the root itself certifies it (`security.md` §4). */
function isForStatements(certificate: Certificate): boolean {
  return (
    certificate.basicConstraints?.ca !== true &&
    certificate.keyUsage?.join() === 'digitalSignature' &&
    certificate.extendedKeyUsage === null
  );
}

function isIssuedBy(certificate: Certificate, root: Certificate): boolean {
  const wanted = certificate.authorityKeyId;
  return (
    sameName(root.subject, certificate.issuer) &&
    (wanted === null || root.subjectKeyId === null || equalBytes(wanted, root.subjectKeyId))
  );
}

function* isValid(check: ReadStatement['check'] | null): Asking<boolean> {
  if (check === null) return false;
  const { checks } = yield { ...nothing, checks: [check] };
  return checks[0] === 'valid';
}

type Authority = 'trusted' | 'unknown' | 'other';

/**
 * Whether one of the reader's roots made the statement's certificate, and is the very root that the other
 * certificate (the signer's, or the witness's) leads to.
 */
function* authorityOf(
  statement: Certificate,
  holder: Certificate,
  trust: TrustInput,
  at: number
): Asking<Authority> {
  const issuers = trust.roots.filter((root) => isIssuedBy(statement, root));
  for (const root of issuers) {
    const direct = yield* isValid(certificateCheck(statement, root.spki));
    if (!direct || statement.notBefore > at || statement.notAfter < at) continue;
    const own = yield* judgeTrust(statement, { ...trust, roots: [root], at });
    const holders = yield* judgeTrust(holder, { ...trust, roots: [root], at });
    if (own.status === 'trusted') return holders.status === 'unknown' ? 'other' : 'trusted';
  }
  return 'unknown';
}

const problem = (by: ProofReport['by'], why: string): ProofReport => ({
  ...silent,
  status: 'invalid',
  by,
  why
});

const silent: ProofReport = {
  status: 'unconfirmed',
  by: null,
  why: 'no-statement',
  statement: null,
  witness: null
};

/** Why the server's statement is not about this key and this certificate; null when it is. */
function misfitOfKey(statement: ProofStatement, holder: Certificate): string | null {
  if (statement.spki !== spkiHash(holder)) return 'other-key';
  if (statement.certificate !== certificateSha256(holder)) return 'other-certificate';
  return openingFits(statement, holder) ? null : 'log-opening';
}

/** Why the statement is not about this signature; null when it is. */
function misfit(statement: ProofStatement, { evidence, signer }: ProofInput): string | null {
  const own = misfitOfKey(statement, signer);
  if (own !== null) return own;
  if (evidence.proof.kind === 'staff') {
    const staff = statement.kind === 'staff' && statement.user !== null && statement.party === null;
    return staff ? null : 'other-check';
  }
  if (statement.kind === 'staff' || statement.code === null || statement.address === null)
    return 'other-check';
  if (statement.document !== evidence.document) return 'other-document';
  if (statement.frozenSha256 !== evidence.frozenSha256) return 'other-file';
  if (statement.party !== evidence.party.id) return 'other-party';
  const { mask } = statement.address;
  return mask === evidence.party.email || mask === evidence.party.phone ? null : 'other-address';
}

/** The server's statement about a key, its signature, its authority. */
function* judgeServer(
  compact: string,
  holder: Certificate,
  trust: TrustInput,
  fits: (statement: ProofStatement) => string | null
): Asking<{ status: ProofReport['status']; why: string; statement: ProofStatement | null }> {
  const opened = open(compact, 'proof', proofSchema);
  const invalid = (why: string) => ({ status: 'invalid' as const, why, statement: null });
  if (typeof opened === 'string') return invalid(opened);
  const { read, statement } = opened;
  const [certificate] = read.certificates;
  if (certificate === undefined) return invalid('no-certificate');
  if (!(yield* isValid(read.check))) return invalid('signature');
  if (!isForStatements(certificate)) return invalid('not-for-statements');
  const why = fits(statement);
  if (why !== null) return invalid(why);
  // What a statement says is as old as it says; no proven time covers it before the signature's own does.
  const authority = yield* authorityOf(certificate, holder, trust, Date.parse(statement.at));
  if (authority === 'other') return invalid('other-authority');
  return authority === 'trusted'
    ? { status: 'confirmed', why: 'confirmed', statement }
    : { status: 'unknown-authority', why: 'unknown-authority', statement };
}

function misfitOfWitness(statement: WitnessStatement, { evidence, signer, base }: ProofInput): string | null {
  if (statement.document !== evidence.document) return 'other-document';
  if (statement.frozenSha256 !== evidence.frozenSha256) return 'other-file';
  if (statement.party !== evidence.party.id || statement.name !== evidence.party.name) return 'other-party';
  if (statement.partySpki !== spkiHash(signer)) return 'other-key';
  return base === null || statement.baseSha256 !== base ? 'other-base' : null;
}

/**
 * In person: the statement of a member who was there (H1). It counts as confirmed when the server states that
 * the witness's key is a member's: a party of another document has a certificate of the same authority.
 */
function* judgeWitness(compact: string, input: ProofInput): Asking<ProofReport> {
  const opened = open(compact, 'witness', witnessSchema);
  if (typeof opened === 'string') return problem('witness', opened);
  const { read, statement } = opened;
  const [certificate] = read.certificates;
  const why = misfitOfWitness(statement, input);
  if (why !== null) return problem('witness', why);
  if (certificate === undefined) {
    // The witness's key had no certificate yet: nobody can tell from the file whose it is.
    return { ...silent, by: 'witness', why: 'witness-unknown', witness: { statement, name: null } };
  }
  if (statement.witnessCert !== certificateSha256(certificate))
    return problem('witness', 'other-certificate');
  if (!(yield* isValid(read.check))) return problem('witness', 'signature');
  const witness = { statement, name: certificate.subject.text };
  const said = { ...silent, by: 'witness' as const, witness };
  const about = input.evidence.proof.witness ?? null;
  if (about === null) return { ...said, why: 'witness-unknown' };
  const pool = [...input.trust.pool, ...read.certificates.map(({ der }) => der)];
  const server = yield* judgeServer(about, certificate, { ...input.trust, pool }, (told) =>
    told.kind === 'staff' && told.user !== null ? misfitOfKey(told, certificate) : 'other-check'
  );
  if (server.status === 'invalid') return problem('witness', server.why);
  return { ...said, status: server.status, why: server.why, statement: server.statement };
}

/**
 * How the signer's identity was checked, in the words of who checked it (`security.md` E2, H1). A file without
 * a statement is read as before, and says that nobody confirms it.
 */
export function* judgeProof(input: ProofInput): Asking<ProofReport> {
  const { evidence, frozen } = input;
  const { kind, statement } = evidence.proof;
  const by = kind === 'in-person' ? 'witness' : 'server';
  if (statement === null) return { ...silent, by: null };
  if (frozen === null) return { ...silent, by, why: 'repaired' };
  // What the evidence says of the file is only a claim until the file's own bytes say so too.
  if (!frozen.includes(evidence.frozenSha256)) return problem(by, 'other-file');
  if (kind === 'in-person') return yield* judgeWitness(statement, input);
  const told = yield* judgeServer(statement, input.signer, input.trust, (one) => misfit(one, input));
  return { ...silent, by, status: told.status, why: told.why, statement: told.statement };
}
