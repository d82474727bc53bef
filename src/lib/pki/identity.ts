import { children, members, octets, readWhole, Tag } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readBitOctets, readInteger } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { parseAlgorithm } from './algorithm.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { PkiError } from './error.ts';
import { sameName } from './name.ts';
import { Oid } from './oid.ts';
import type { Pkcs12 } from './pkcs12.ts';

/** A private key with the certificates that speak for it. */
export interface Identity {
  readonly pkcs8: Uint8Array;
  readonly certificate: Certificate;
  /** DER, the signer's first, then intermediates; without a root: as `SignInput` takes them. */
  readonly certificates: readonly Uint8Array[];
  /** The self-signed end of the chain, if the file has it. */
  readonly root: Uint8Array | null;
  readonly friendlyName: string | null;
}

/** What a private key says of its public one: whether a certificate can be its own; null when it says nothing. */
function belongs(pkcs8: Uint8Array, { key }: Certificate): boolean | null {
  const walk = members(readWhole(pkcs8));
  walk.next(Tag.integer);
  const { oid } = parseAlgorithm(walk.next(Tag.sequence));
  const inside = octets(walk.next(Tag.octetString, 0x24));
  switch (oid) {
    case Oid.rsaEncryption:
    case Oid.rsaPss: {
      if (key.kind !== 'rsa') return false;
      const rsa = members(readWhole(inside));
      rsa.next(Tag.integer);
      return readInteger(rsa.next(Tag.integer)) === key.modulus;
    }
    case Oid.ecPublicKey: {
      if (key.kind !== 'ec') return false;
      // ECPrivateKey may carry its point (RFC 5915 §3).
      const part = children(readWhole(inside)).find(({ tag }) => tag === 0xa1);
      if (part === undefined) return null;
      const [bits] = children(part);
      return bits === undefined ? null : equalBytes(readBitOctets(bits), key.point);
    }
    case Oid.ed25519:
      return key.kind === 'ed25519' ? null : false;
    default:
      return false;
  }
}

function issuerOf(certificate: Certificate, all: readonly Certificate[]): Certificate | null {
  const named = all.filter((one) => one !== certificate && sameName(one.subject, certificate.issuer));
  const wanted = certificate.authorityKeyId;
  const exact = named.find(
    ({ subjectKeyId }) => wanted !== null && subjectKeyId !== null && equalBytes(subjectKeyId, wanted)
  );
  return exact ?? named[0] ?? null;
}

function readable(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof AsnError) return [];
      throw error;
    }
  });
}

/**
 * The keys of an opened PKCS#12 file, each with its certificate (by public key where the private one tells,
 * else by localKeyId, else when there is only one) and chain. Throws PkiError `p12-no-identity` when there is
 * none, `p12-malformed` for a key that cannot be read.
 */
export function identities(opened: Pkcs12): Identity[] {
  const all = readable(opened.certificates.map(({ der }) => der));
  const found: Identity[] = [];
  for (const { pkcs8, localKeyId, friendlyName } of opened.keys) {
    const possible = all.filter((one) => own(pkcs8, one) !== false);
    const tied = opened.certificates.filter(
      (one) => localKeyId !== null && one.localKeyId !== null && equalBytes(one.localKeyId, localKeyId)
    );
    const leaf =
      possible.find((one) => own(pkcs8, one) === true) ??
      possible.find((one) => tied.some(({ der }) => equalBytes(der, one.der))) ??
      (possible.length === 1 ? possible[0] : undefined);
    if (leaf === undefined) continue;
    const chain = [leaf];
    let root: Uint8Array | null = null;
    for (let next = issuerOf(leaf, all); next !== null && !chain.includes(next); next = issuerOf(next, all)) {
      if (sameName(next.subject, next.issuer)) {
        root = next.der;
        break;
      }
      chain.push(next);
    }
    found.push({ pkcs8, certificate: leaf, certificates: chain.map(({ der }) => der), root, friendlyName });
  }
  if (found.length === 0) throw new PkiError('p12-no-identity', 'no private key with its certificate');
  return found;
}

function own(pkcs8: Uint8Array, certificate: Certificate): boolean | null {
  try {
    return belongs(pkcs8, certificate);
  } catch (error) {
    if (error instanceof AsnError) throw new PkiError('p12-malformed', `private key: ${error.message}`);
    throw error;
  }
}
