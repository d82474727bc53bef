import {
  der,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  setOf,
  tagged,
  taggedPrimitive
} from '../asn1/der.ts';
import { Tag } from '../asn1/ber.ts';
import { hashBytes } from './hash.ts';
import { authenticate, deriveAll, encryptWithPassword, spell, type Deriving } from './password-encryption.ts';
import { Pkcs12Oid } from './pkcs12.ts';
import { derivePkcs12 } from './pkcs12-kdf.ts';

export interface Pkcs12Input {
  /** Private key, DER. */
  readonly pkcs8: Uint8Array;
  /** DER, the key's own first, then its chain; at least one. */
  readonly certificates: readonly Uint8Array[];
  readonly friendlyName: string;
  readonly password: string;
  /** Of each derivation; the default is what OWASP asks of PBKDF2-HMAC-SHA-256. */
  readonly rounds?: number;
  /** Random bytes. */
  readonly random: (length: number) => Uint8Array;
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value));
const bag = (type: string, value: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(type), tagged(0, value), ...(attributes.length === 0 ? [] : [setOf(...attributes)]));

function bmpString(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i += 1) {
    bytes[2 * i] = text.charCodeAt(i) >> 8;
    bytes[2 * i + 1] = text.charCodeAt(i) & 255;
  }
  return der(Tag.bmpString, bytes);
}

/** SHA-256 with NULL parameters, as readers of old expect it in a MAC. */
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue());

/**
 * Makes a PKCS#12 file (RFC 7292): certificates and key each encrypted by PBES2 (PBKDF2-HMAC-SHA-256, AES-256),
 * a MAC with SHA-256 over both. Every derivation takes `rounds`, the MAC's too, since it guards the same
 * password. RangeError without a certificate or with an empty password.
 */
export function* building(input: Pkcs12Input): Deriving<Uint8Array> {
  const { pkcs8, certificates, friendlyName, random, rounds = 600_000 } = input;
  const [leaf] = certificates;
  const [password] = spell(input.password);
  if (leaf === undefined || password === undefined || input.password === '')
    throw new RangeError('a certificate and a password are needed');
  // Any bytes do; others put the certificate's SHA-1 here too.
  const names = [
    attribute(Pkcs12Oid.localKeyId, octetString(hashBytes('SHA-1', leaf))),
    attribute(Pkcs12Oid.friendlyName, bmpString(friendlyName))
  ];
  const fresh = () => ({ salt: random(16), iv: random(16), rounds });
  const bags = certificates.map((certificate, index) =>
    bag(
      Pkcs12Oid.certificateBag,
      sequence(oid(Pkcs12Oid.x509Certificate), tagged(0, octetString(certificate))),
      index === 0 ? names : []
    )
  );
  const hidden = yield* encryptWithPassword(sequence(...bags), password, fresh());
  const encryptedData = sequence(
    integer(0),
    sequence(oid(Pkcs12Oid.data), hidden.algorithm, taggedPrimitive(0, hidden.data))
  );
  const key = yield* encryptWithPassword(pkcs8, password, fresh());
  const shrouded = bag(Pkcs12Oid.shroudedKeyBag, sequence(key.algorithm, octetString(key.data)), names);
  const data = (bytes: Uint8Array) => sequence(oid(Pkcs12Oid.data), tagged(0, octetString(bytes)));
  const safe = sequence(
    sequence(oid(Pkcs12Oid.encryptedData), tagged(0, encryptedData)),
    data(sequence(shrouded))
  );
  const salt = random(16);
  const macKey = derivePkcs12({
    hash: 'SHA-256',
    password: password.bmp,
    salt,
    rounds,
    purpose: 3,
    length: 32
  });
  const mac = sequence(
    sequence(SHA256, octetString(authenticate('SHA-256', macKey, safe))),
    octetString(salt),
    integer(rounds)
  );
  return sequence(integer(3), data(safe), mac);
}

/** Makes a PKCS#12 file without WebCrypto. */
export function buildPkcs12(input: Pkcs12Input): Uint8Array {
  return deriveAll(building(input));
}
