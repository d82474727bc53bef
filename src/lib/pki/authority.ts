import { sha256 } from '@noble/hashes/sha2.js';
import { members, readWhole, Tag } from '../asn1/ber.ts';
import {
  boolean,
  der,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  tagged,
  taggedPrimitive,
  time
} from '../asn1/der.ts';
import { readBitOctets } from '../asn1/values.ts';
import { isPointOnCurve } from './answer.ts';
import type { Certificate, KeyUsage } from './certificate.ts';
import { KEY_USAGES } from './certificate.ts';
import { PkiError } from './error.ts';
import { encodeNoHosts } from './general-name.ts';
import { encodeEmailNames, encodeName } from './name.ts';
import { Oid } from './oid.ts';
import { parseSpki } from './spki.ts';
import { ecdsaIdentifier, signatureHash, toBeSigned, type ToBeSigned } from './to-be-signed.ts';

/*
 * The certificate profile of `security.md` §4. Every value comes from the caller's own rows; nothing is ever
 * taken over from a request but the key (C3).
 */

const DAY = 86_400_000;
const YEAR = 365 * DAY;
/** Devices' clocks are off by minutes: a certificate is valid a little before it was made. */
const EARLIER = 10 * 60_000;

/**
 * Serial number of 16 random bytes: top bit 0, so that DER needs no 17th, and first byte not 0, so that it
 * cannot be shortened (C4, RFC 5280 §4.1.2.2).
 */
export function serialFrom(random: Uint8Array): Uint8Array {
  if (random.length !== 16) throw new PkiError('serial', 'a serial needs 16 random bytes');
  const serial = Uint8Array.from(random);
  serial[0] = (random[0] ?? 0) & 0x7f || 0x40;
  return serial;
}

/** Leftmost 160 bits of the SHA-256 of the key's bits (RFC 7093 §2, method 1). */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const walk = members(readWhole(spki));
  walk.next(Tag.sequence);
  return sha256(readBitOctets(walk.next(Tag.bitString))).slice(0, 20);
}

interface Profile {
  readonly serial: Uint8Array;
  readonly issuerName: Uint8Array;
  readonly issuerSpki: Uint8Array;
  readonly subjectName: Uint8Array;
  readonly spki: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly ca: { readonly pathLength: number | null } | null;
  readonly keyUsage: readonly KeyUsage[];
  readonly documentSigning: boolean;
  readonly email?: string | null;
}

function extension(type: string, critical: boolean, value: Uint8Array): Uint8Array {
  return critical
    ? sequence(oid(type), boolean(true), octetString(value))
    : sequence(oid(type), octetString(value));
}

function certificate(profile: Profile): ToBeSigned {
  const { serial, ca } = profile;
  if (serial.length !== 16 || serial[0] === 0 || ((serial[0] ?? 0) & 0x80) !== 0) {
    throw new PkiError('serial', 'not a serial of serialFrom');
  }
  if (!isPointOnCurve(parseSpki(profile.spki))) throw new PkiError('key', 'the key is no point on its curve');
  const hash = signatureHash(profile.issuerSpki);
  const extensions = [
    extension(
      Oid.basicConstraints,
      true,
      ca === null
        ? sequence()
        : sequence(boolean(true), ...(ca.pathLength === null ? [] : [integer(ca.pathLength)]))
    ),
    extension(Oid.keyUsage, true, namedBits(...profile.keyUsage.map((use) => KEY_USAGES.indexOf(use)))),
    extension(Oid.subjectKeyIdentifier, false, octetString(keyIdentifier(profile.spki))),
    extension(
      Oid.authorityKeyIdentifier,
      false,
      sequence(taggedPrimitive(0, keyIdentifier(profile.issuerSpki)))
    )
  ];
  if (profile.documentSigning) {
    const uses = sequence(oid(Oid.documentSigning), oid(Oid.microsoftDocumentSigning));
    extensions.push(extension(Oid.extendedKeyUsage, false, uses));
  }
  if (ca !== null) extensions.push(extension(Oid.nameConstraints, true, encodeNoHosts()));
  if (profile.email) extensions.push(extension(Oid.subjectAltName, false, encodeEmailNames(profile.email)));
  const tbs = sequence(
    tagged(0, integer(2)),
    der(Tag.integer, serial),
    ecdsaIdentifier(hash),
    profile.issuerName,
    sequence(time(profile.notBefore), time(profile.notAfter)),
    profile.subjectName,
    profile.spki,
    tagged(3, sequence(...extensions))
  );
  return toBeSigned(tbs, profile.issuerSpki);
}

/** A text that may stand in a certificate: something visible, no controls, no bidi overrides (M2). */
function checkedName(value: string): string {
  const trimmed = value.trim();
  for (const character of trimmed) {
    const code = character.codePointAt(0) ?? 0;
    const bidi = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || bidi)
      throw new PkiError('name', 'a control character');
  }
  if (trimmed === '') throw new PkiError('name', 'no name');
  return trimmed;
}

const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
const start = (now: number): number => wholeSecond(now - EARLIER);

/** The end, never behind the issuer's own: a chain must not outlive its root. */
function end(now: number, length: number, issuer: Certificate): number {
  if (now >= issuer.notAfter) throw new PkiError('issuer', 'the issuer has expired');
  return Math.min(wholeSecond(now + length), issuer.notAfter);
}

function issuedBy(issuer: Certificate): { issuerName: Uint8Array; issuerSpki: Uint8Array } {
  if (issuer.basicConstraints?.ca !== true) throw new PkiError('issuer', 'not an authority');
  return { issuerName: issuer.subject.der, issuerSpki: issuer.spki };
}

export interface NewRoot {
  /** Shown to readers, e.g. the workspace's name. */
  readonly name: string;
  readonly spki: Uint8Array;
  /** From `serialFrom`. */
  readonly serial: Uint8Array;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Root of a workspace: 15 years, signs authorities and lists only, no host may stand under it. */
export function rootCertificate(input: NewRoot): ToBeSigned {
  const name = encodeName({ commonName: checkedName(input.name) });
  return certificate({
    serial: input.serial,
    issuerName: name,
    issuerSpki: input.spki,
    subjectName: name,
    spki: input.spki,
    notBefore: start(input.now),
    notAfter: wholeSecond(input.now + 15 * YEAR),
    ca: { pathLength: null },
    keyUsage: ['keyCertSign', 'cRLSign'],
    documentSigning: false
  });
}

export interface NewAuthority extends NewRoot {
  readonly issuer: Certificate;
}

/** Issuing authority of the server: 5 years, no authority below it. To be signed by the root. */
export function issuingCertificate(input: NewAuthority): ToBeSigned {
  return certificate({
    ...issuedBy(input.issuer),
    serial: input.serial,
    subjectName: encodeName({ commonName: checkedName(input.name) }),
    spki: input.spki,
    notBefore: start(input.now),
    notAfter: end(input.now, 5 * YEAR, input.issuer),
    ca: { pathLength: 0 },
    keyUsage: ['keyCertSign', 'cRLSign'],
    documentSigning: true
  });
}

/** Certificate of the server's key for statements: 2 years, by the root, for nothing but signing statements. */
export function statementCertificate(input: NewAuthority): ToBeSigned {
  return certificate({
    ...issuedBy(input.issuer),
    serial: input.serial,
    subjectName: encodeName({ commonName: checkedName(input.name) }),
    spki: input.spki,
    notBefore: start(input.now),
    notAfter: end(input.now, 2 * YEAR, input.issuer),
    ca: null,
    keyUsage: ['digitalSignature'],
    documentSigning: false
  });
}

/** A person as the server's row knows them. No phone number, ever (C3). */
export interface Person {
  readonly name: string;
  readonly organization: string;
  readonly email: string | null;
}

export interface NewPerson extends NewRoot, Person {
  readonly kind: 'member' | 'party';
  readonly issuer: Certificate;
  /** A time-stamp authority is configured: then a party's certificate needs to live for 30 days only. */
  readonly timestamped: boolean;
}

const personal = (
  person: Person
): Pick<Profile, 'subjectName' | 'email' | 'ca' | 'keyUsage' | 'documentSigning'> => ({
  subjectName: encodeName({
    commonName: checkedName(person.name),
    ...(person.organization.trim() === '' ? {} : { organization: checkedName(person.organization) })
  }),
  email: person.email,
  ca: null,
  keyUsage: ['digitalSignature', 'contentCommitment'],
  documentSigning: true
});

/** Certificate of a member (397 days) or of a party (3 years; 30 days where signatures get a time token). */
export function personCertificate(input: NewPerson): ToBeSigned {
  const length = input.kind === 'member' ? 397 * DAY : input.timestamped ? 30 * DAY : 3 * YEAR;
  return certificate({
    ...issuedBy(input.issuer),
    ...personal(input),
    serial: input.serial,
    spki: input.spki,
    notBefore: start(input.now),
    notAfter: end(input.now, length, input.issuer)
  });
}

/** What somebody signs with who is offline before the server ever saw the key: their own word only. */
export function selfSignedCertificate(input: NewRoot & Person): ToBeSigned {
  const parts = personal(input);
  return certificate({
    ...parts,
    serial: input.serial,
    issuerName: parts.subjectName,
    issuerSpki: input.spki,
    spki: input.spki,
    notBefore: start(input.now),
    notAfter: wholeSecond(input.now + 3 * YEAR)
  });
}
