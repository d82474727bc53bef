import { equalBytes } from '../bytes/concat.ts';
import { certificateCheck, isSelfIssued, type Certificate } from './certificate.ts';
import type { Check } from './check.ts';
import { permits, type GeneralName } from './general-name.ts';
import { sameName } from './name.ts';
import { Oid } from './oid.ts';
import { policyFailure } from './policy.ts';

export type PathProblem =
  | 'expired'
  | 'not-yet-valid'
  | 'not-an-authority'
  | 'path-length'
  | 'key-usage'
  | 'name-constraints'
  /** Policies that an authority demands are not there (RFC 5280 §6.1.3 (f)). */
  | 'policy'
  /** A critical extension that this program does not know (RFC 5280 §4.2). */
  | 'critical-extension'
  /** Signed by an algorithm that this program does not have. */
  | 'signature-unsupported';

export interface CertificatePath {
  /** Leaf first; the last is the root when `rooted`. */
  readonly certificates: readonly Certificate[];
  /** Signatures of the path, leaf first. All must be valid. */
  readonly checks: readonly Check[];
  /** What is wrong apart from signatures, with the index of the certificate it is about. */
  readonly problems: readonly { readonly code: PathProblem; readonly index: number }[];
  /** It ends in one of the roots that were given. */
  readonly rooted: boolean;
}

export interface PathInput {
  /** Other certificates of the file, any order. Never trusted by being there. */
  readonly pool: readonly Certificate[];
  readonly roots: readonly Certificate[];
  /** UTC milliseconds at which validity is judged. */
  readonly at: number;
}

/** Longest path, and most paths looked at (`security.md` P1). */
const MAX_LENGTH = 10;
const MAX_PATHS = 16;

/** Extensions that are processed here, or that only narrow what this program does not do. */
const KNOWN: readonly string[] = [
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extendedKeyUsage,
  Oid.subjectAltName,
  Oid.nameConstraints,
  Oid.subjectKeyIdentifier,
  Oid.authorityKeyIdentifier,
  '2.5.29.32', // certificatePolicies
  '2.5.29.33', // policyMappings
  '2.5.29.36', // policyConstraints
  '2.5.29.54', // inhibitAnyPolicy
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.18', // issuerAltName
  '1.3.6.1.5.5.7.1.3' // qcStatements
];

function couldIssue(issuer: Certificate, subject: Certificate): boolean {
  if (!sameName(issuer.subject, subject.issuer)) return false;
  const wanted = subject.authorityKeyId;
  return wanted === null || issuer.subjectKeyId === null || equalBytes(wanted, issuer.subjectKeyId);
}

const isOneOf = (certificates: readonly Certificate[], one: Certificate): boolean =>
  certificates.some((other) => equalBytes(other.der, one.der));

/** Names of a certificate that constraints of its authorities apply to (RFC 5280 §6.1.3 (b)). */
function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = [...certificate.alternativeNames];
  if (certificate.subject.attributes.length > 0)
    names.push({ kind: 'directory', value: certificate.subject });
  for (const attribute of certificate.subject.attributes) {
    if (attribute.oid === Oid.emailAddress) names.push({ kind: 'email', value: attribute.value });
  }
  return names;
}

function judge(certificates: readonly Certificate[], rooted: boolean, at: number): CertificatePath {
  const problems: { code: PathProblem; index: number }[] = [];
  const checks: Check[] = [];
  certificates.forEach((certificate, index) => {
    const add = (code: PathProblem): void => void problems.push({ code, index });
    if (at > certificate.notAfter) add('expired');
    if (at < certificate.notBefore) add('not-yet-valid');
    if (certificate.extensions.some((extension) => extension.critical && !KNOWN.includes(extension.oid))) {
      add('critical-extension');
    }
    if (index > 0) {
      if (certificate.basicConstraints?.ca !== true) add('not-an-authority');
      if (certificate.keyUsage !== null && !certificate.keyUsage.includes('keyCertSign')) add('key-usage');
      // Authorities between this one and the leaf; those that issued to themselves do not count.
      const below = certificates.slice(1, index).filter((one) => !isSelfIssued(one)).length;
      const limit = certificate.basicConstraints?.pathLength ?? null;
      if (limit !== null && below > limit) add('path-length');
      const constraints = certificate.nameConstraints;
      if (constraints !== null) {
        const subjects = certificates.slice(0, index).filter((one, i) => i === 0 || !isSelfIssued(one));
        if (subjects.flatMap(namesOf).some((name) => !permits(constraints, name))) add('name-constraints');
      }
    }
    const issuer = certificates[index + 1] ?? (isSelfIssued(certificate) ? certificate : null);
    // A root is trusted by being given, not by its signature over itself.
    if (issuer === null || (rooted && index === certificates.length - 1)) return;
    const check = certificateCheck(certificate, issuer.spki);
    if (check === null) add('signature-unsupported');
    else checks.push(check);
  });
  const failure = rooted ? policyFailure(certificates) : null;
  if (failure !== null) problems.push({ code: 'policy', index: failure });
  return { certificates, checks, problems, rooted };
}

/**
 * Paths from a certificate upwards (RFC 5280 §6.1: validity, names, constraints, key usage, path length,
 * policies where it is rooted). Rooted paths come first, then those with fewer problems. There is always at
 * least one: the leaf alone, when nothing else is known. The caller takes the first whose checks are valid.
 */
export function findPaths(leaf: Certificate, input: PathInput): CertificatePath[] {
  const paths: CertificatePath[] = [];
  const extend = (path: readonly Certificate[]): void => {
    const last = path[path.length - 1];
    if (last === undefined || paths.length >= MAX_PATHS) return;
    if (isOneOf(input.roots, last)) {
      paths.push(judge(path, true, input.at));
      return;
    }
    const issuers = [...input.roots, ...input.pool].filter(
      (one, i, all) =>
        couldIssue(one, last) &&
        !isOneOf(path, one) &&
        all.findIndex((two) => equalBytes(one.der, two.der)) === i
    );
    if (issuers.length === 0 || path.length >= MAX_LENGTH) paths.push(judge(path, false, input.at));
    else issuers.forEach((issuer) => extend([...path, issuer]));
  };
  extend([leaf]);
  return paths.sort((a, b) => Number(b.rooted) - Number(a.rooted) || a.problems.length - b.problems.length);
}
