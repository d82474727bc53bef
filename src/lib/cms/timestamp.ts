import { members, octets, readWhole, Tag } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readInteger, readOid, readTime } from '../asn1/values.ts';
import { hashOf, parseAlgorithm } from '../pki/algorithm.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { HashName } from '../pki/check.ts';
import { Oid } from '../pki/oid.ts';
import { CmsOid } from './attribute.ts';
import { CmsError } from './error.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

/** A time-stamp token, read (RFC 3161 §2.4.2). */
export interface Timestamp {
  /** UTC milliseconds. */
  readonly time: number;
  readonly imprint: { readonly hash: HashName | null; readonly digest: Uint8Array };
  readonly policy: string;
  readonly serial: bigint;
  readonly nonce: bigint | null;
  /** The token itself: its one signer is judged like any other, over `content`. */
  readonly data: SignedData;
  /** TSTInfo bytes, which the authority signed. */
  readonly content: Uint8Array;
}

/** Reads a TimeStampToken. Throws CmsError: `malformed`, `not-a-timestamp`. */
export function parseTimestamp(token: Uint8Array): Timestamp {
  const data = parseSignedData(token);
  const content = data.content;
  if (data.contentType !== CmsOid.tstInfo || content === null) {
    throw new CmsError('not-a-timestamp', `content of type ${data.contentType}`);
  }
  try {
    const walk = members(readWhole(content));
    walk.next(Tag.integer);
    const policy = readOid(walk.next(Tag.oid));
    const imprint = members(walk.next(Tag.sequence));
    const hash = hashOf(parseAlgorithm(imprint.next(Tag.sequence)));
    const digest = octets(imprint.next(Tag.octetString));
    const serial = readInteger(walk.next(Tag.integer));
    const time = readTime(walk.next(Tag.generalizedTime));
    walk.optional(Tag.sequence);
    walk.optional(Tag.boolean);
    const nonce = walk.optional(Tag.integer);
    return {
      time,
      imprint: { hash, digest },
      policy,
      serial,
      nonce: nonce === null ? null : readInteger(nonce),
      data,
      content
    };
  } catch (error) {
    if (error instanceof AsnError) throw new CmsError('not-a-timestamp', error.message, error.offset);
    throw error;
  }
}

/** Made to sign time-stamps and nothing else: one extended key usage, critical (RFC 3161 §2.3). */
export function isForTimestamps(certificate: Certificate): boolean {
  const usage = certificate.extensions.find((extension) => extension.oid === Oid.extendedKeyUsage);
  const only = certificate.extendedKeyUsage;
  return (
    usage?.critical === true &&
    only?.length === 1 &&
    only[0] === Oid.timeStamping &&
    (certificate.keyUsage?.every((use) => use === 'digitalSignature' || use === 'contentCommitment') ?? true)
  );
}
