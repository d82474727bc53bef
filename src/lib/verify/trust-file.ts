import { fromBase64 } from '../bytes/base64.ts';
import { memorySource } from '../bytes/source.ts';
import { readCertificates } from '../cms/signer.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { PdfStream, PdfString, type PdfDict } from '../pdf/objects.ts';
import { certificateSha256, type Certificate } from '../pki/certificate.ts';
import { certificatesIn } from '../pki/certificate-file.ts';
import { isTrustedList, readTrustedList, type TrustedListFacts } from '../pki/trusted-list.ts';
import { childOf, childrenOf, down, readXml, textIn, type XmlElement } from '../pki/xml.ts';

/** A certificate that a file asks the reader to trust. */
export interface TrustedCertificate {
  /** DER. */
  readonly der: Uint8Array;
  /** Distinguished name, RFC 4514. */
  readonly subject: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** For times only: never for who signed. */
  readonly timesOnly: boolean;
}

export interface TrustFile {
  readonly kind: 'certificates' | 'adobe' | 'eu';
  readonly certificates: readonly TrustedCertificate[];
  /** Of an EU list; its own signature is not checked. */
  readonly list: TrustedListFacts | null;
}

export type TrustFileErrorCode =
  /** None of the kinds that are read. */
  | 'trust-unknown'
  /** One of them, and nothing in it that is trusted. */
  | 'trust-empty'
  /** The list of the lists: it names the lists, the services stand in them. */
  | 'trust-lists'
  /** More bytes than are read. */
  | 'trust-limit';

export class TrustFileError extends Error {
  override readonly name = 'TrustFileError';
  constructor(
    readonly code: TrustFileErrorCode,
    message: string
  ) {
    super(message);
  }
}

/** Bytes of a file of trust; the largest known list has 6 MB. */
export const MOST_BYTES = 32 * 2 ** 20;
const MOST_CERTIFICATES = 10_000;
/** The largest set of pages in a name tree that is walked (§7.9.6). */
const MOST_DEPTH = 8;

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((char, i) => bytes[i] === char.charCodeAt(0));

/** Whether the bytes begin like a file of trust: PEM, DER, XML. An Adobe file is a PDF and goes by its name. */
export function looksLikeTrust(name: string, head: Uint8Array): boolean {
  if (/\.acrobatsecuritysettings$/i.test(name)) return true;
  const bare = startsWith(head, '\u00ef\u00bb\u00bf') ? head.subarray(3) : head;
  const first = bare.find((byte) => byte > 0x20);
  if (bare[0] === 0x30 && (bare[1] ?? 0) >= 0x80) return true;
  if (first === 0x3c) return true;
  let text = '';
  for (const byte of bare.subarray(0, 4096)) text += String.fromCharCode(byte);
  return /-----BEGIN (?:[A-Z0-9]+ )?(?:CERTIFICATE|PKCS7|CMS)-----/.test(text);
}

/** The file `SecuritySettings.xml` among those embedded (§7.11.4), or null. */
function settingsOf(doc: PdfDocument): Uint8Array | null {
  const walk = (node: PdfDict | null, depth: number): Uint8Array | null => {
    if (node === null || depth > MOST_DEPTH) return null;
    const names = doc.array(node.get('Names')) ?? [];
    for (let i = 0; i + 1 < names.length; i += 2) {
      const key = doc.resolve(names[i] ?? null);
      const spelled =
        key instanceof PdfString ? String.fromCharCode(...key.bytes.filter((byte) => byte !== 0)) : '';
      if (!spelled.endsWith('SecuritySettings.xml')) continue;
      const file = doc.resolve(doc.dict(doc.dict(names[i + 1])?.get('EF'))?.get('F') ?? null);
      if (file instanceof PdfStream) return doc.inflate(file);
    }
    for (const kid of doc.array(node.get('Kids')) ?? []) {
      const found = walk(doc.dict(kid), depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(doc.dict(doc.dict(doc.catalog.get('Names'))?.get('EmbeddedFiles')), 0);
}

/** ImportAction of an identity that is to be taken away, not added. */
const REMOVE = '3';

/** Identities that Adobe's list trusts as roots: `Trust/Root` is 1. Others vouch for nothing here. */
function readAdobe(root: XmlElement): Uint8Array[] {
  return childrenOf(childOf(root, 'TrustedIdentities'), 'Identity').flatMap((identity) => {
    if (textIn(down(identity, 'Trust', 'Root')) !== '1') return [];
    if (textIn(childOf(identity, 'ImportAction')) === REMOVE) return [];
    try {
      return [fromBase64(textIn(childOf(identity, 'Certificate')))];
    } catch {
      return [];
    }
  });
}

const described = (certificate: Certificate, timesOnly: boolean): TrustedCertificate => ({
  der: certificate.der,
  subject: certificate.subject.text,
  sha256: certificateSha256(certificate),
  timesOnly
});

function result(
  kind: TrustFile['kind'],
  roots: readonly Uint8Array[],
  times: readonly Uint8Array[] = [],
  list: TrustedListFacts | null = null
): TrustFile {
  if (roots.length + times.length > MOST_CERTIFICATES)
    throw new TrustFileError('trust-limit', `more than ${MOST_CERTIFICATES} certificates`);
  const found = new Map<string, TrustedCertificate>();
  const add = (ders: readonly Uint8Array[], timesOnly: boolean): void => {
    for (const certificate of readCertificates(ders).map((one) => described(one, timesOnly)))
      if (!found.has(certificate.sha256)) found.set(certificate.sha256, certificate);
  };
  add(roots, false);
  add(times, true);
  if (found.size === 0) throw new TrustFileError('trust-empty', 'no certificate that it trusts can be read');
  return { kind, certificates: [...found.values()], list };
}

function readXmlFile(bytes: Uint8Array): TrustFile {
  const root = readXml(bytes);
  if (isTrustedList(root)) {
    const { issuers, authorities, facts, pointers } = readTrustedList(root);
    if (issuers.length + authorities.length === 0 && pointers > 1)
      throw new TrustFileError('trust-lists', `a list of ${pointers} lists`);
    return result('eu', issuers, authorities, facts);
  }
  if (root.name === 'SecuritySettings') return result('adobe', readAdobe(root));
  throw new TrustFileError('trust-unknown', `XML with the root ${root.name.slice(0, 60)}`);
}

/**
 * What a file asks the reader to trust, told by its content: PEM, DER, PKCS#7 certs-only, Adobe's
 * `.acrobatsecuritysettings` (a PDF, or its XML), an EU trusted list. Throws TrustFileError, XmlError, PdfError or
 * AsnError, each with a `code`.
 */
export function readTrustFile(bytes: Uint8Array): TrustFile {
  if (bytes.length > MOST_BYTES) throw new TrustFileError('trust-limit', `more than ${MOST_BYTES} bytes`);
  if (startsWith(bytes, '%PDF-')) {
    const settings = settingsOf(openPdf(memorySource(bytes)));
    if (settings === null) throw new TrustFileError('trust-unknown', 'a PDF without security settings');
    return readXmlFile(settings);
  }
  const bare = startsWith(bytes, '\u00ef\u00bb\u00bf') ? bytes.subarray(3) : bytes;
  if (bare.find((byte) => byte > 0x20) === 0x3c) return readXmlFile(bytes);
  const all = certificatesIn(bytes);
  if (all.length === 0) throw new TrustFileError('trust-unknown', 'no kind of file that is read');
  if (readCertificates(all).length < all.length)
    throw new TrustFileError('trust-unknown', 'something in it is not a certificate');
  return result('certificates', all);
}
