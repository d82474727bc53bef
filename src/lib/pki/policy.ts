import { list, members, readWhole, Tag } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readOid, readSmallInteger } from '../asn1/values.ts';
import { isSelfIssued, type Certificate } from './certificate.ts';

const ANY = '2.5.29.32.0';
const Policies = '2.5.29.32';
const Mappings = '2.5.29.33';
const Constraints = '2.5.29.36';
const InhibitAny = '2.5.29.54';

function valueOf(certificate: Certificate, oid: string): Uint8Array | null {
  return certificate.extensions.find((extension) => extension.oid === oid)?.value ?? null;
}

function policiesOf(certificate: Certificate): string[] | null {
  const value = valueOf(certificate, Policies);
  if (value === null) return null;
  return list(readWhole(value)).map((one) => readOid(members(one).next(Tag.oid)));
}

/** Issuer's policy, subject's policy. */
function mappingsOf(certificate: Certificate): [string, string][] {
  const value = valueOf(certificate, Mappings);
  if (value === null) return [];
  return list(readWhole(value)).map((one) => {
    const walk = members(one);
    return [readOid(walk.next(Tag.oid)), readOid(walk.next(Tag.oid))];
  });
}

function constraintsOf(certificate: Certificate): { explicit: number | null; mapping: number | null } {
  const value = valueOf(certificate, Constraints);
  if (value === null) return { explicit: null, mapping: null };
  const walk = members(readWhole(value));
  const [explicit, mapping] = [walk.optional(0x80), walk.optional(0x81)];
  return {
    explicit: explicit === null ? null : readSmallInteger(explicit),
    mapping: mapping === null ? null : readSmallInteger(mapping)
  };
}

/**
 * Policies that are valid after one certificate, by what the next may call them. The valid_policy_tree of RFC 5280
 * is only asked whether it is empty, since every policy is acceptable here; then its deepest level is enough
 * (RFC 9618 §5), and no file can make it grow.
 */
function step(expected: ReadonlySet<string>, own: readonly string[], any: boolean): Set<string> {
  const valid = new Set(own.filter((one) => one !== ANY && (expected.has(one) || expected.has(ANY))));
  if (any) for (const one of expected) valid.add(one);
  return valid;
}

function mapped(
  valid: ReadonlySet<string>,
  mappings: readonly [string, string][],
  allowed: boolean
): Set<string> {
  const names = new Set(mappings.map(([issuer]) => issuer));
  const expected = new Set([...valid].filter((one) => !names.has(one)));
  if (!allowed) return expected;
  for (const [issuer, subject] of mappings) {
    if (valid.has(issuer) || valid.has(ANY)) expected.add(subject);
  }
  return expected;
}

/**
 * Policy processing of a path, leaf first, whose last certificate is the trust anchor (RFC 5280 §6.1.3 (d)–(f),
 * §6.1.4 (a), (b), (h)–(j), §6.1.5), with any policy acceptable and nothing inhibited to begin with. Returns the
 * index of the certificate at which it fails, or null.
 */
export function policyFailure(path: readonly Certificate[]): number | null {
  const below = path.slice(0, -1);
  let explicit = below.length + 1;
  let mapping = below.length + 1;
  let inhibitAny = below.length + 1;
  let expected: Set<string> = new Set([ANY]);
  for (let index = below.length - 1; index >= 0; index -= 1) {
    const certificate = below[index];
    if (certificate === undefined) continue;
    try {
      const selfIssued = isSelfIssued(certificate);
      const policies = policiesOf(certificate);
      const any = policies?.includes(ANY) === true && (inhibitAny > 0 || (index > 0 && selfIssued));
      expected = step(expected, policies ?? [], any);
      if (explicit === 0 && expected.size === 0) return index;
      const mappings = mappingsOf(certificate);
      const constraints = constraintsOf(certificate);
      if (index === 0) {
        if (explicit > 0) explicit -= 1;
        if (constraints.explicit === 0) explicit = 0;
        continue;
      }
      if (mappings.some((pair) => pair.includes(ANY))) return index;
      expected = mapped(expected, mappings, mapping > 0);
      if (!selfIssued) {
        explicit = Math.max(0, explicit - 1);
        mapping = Math.max(0, mapping - 1);
        inhibitAny = Math.max(0, inhibitAny - 1);
      }
      explicit = Math.min(explicit, constraints.explicit ?? explicit);
      mapping = Math.min(mapping, constraints.mapping ?? mapping);
      const inhibited = valueOf(certificate, InhibitAny);
      if (inhibited !== null) inhibitAny = Math.min(inhibitAny, readSmallInteger(readWhole(inhibited)));
    } catch (error) {
      // What cannot be read cannot be met.
      if (error instanceof AsnError) return index;
      throw error;
    }
  }
  return explicit === 0 && expected.size === 0 ? 0 : null;
}
