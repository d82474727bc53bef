import { equalBytes } from '../bytes/concat.ts';
import { CmsError } from '../cms/error.ts';
import { parseSignedData, type SignedData } from '../cms/signed-data.ts';
import { readCertificates } from '../cms/signer.ts';
import { isSelfIssued } from '../pki/certificate.ts';
import { Appender } from '../pdf/append.ts';
import { deflate } from '../pdf/deflate.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { formOf, type FormField } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfArray } from '../pdf/objects.ts';
import { ByteWriter, textString } from '../pdf/serialize.ts';
import { formerSignatures, locksNewField, type FormerSignatures } from './former.ts';
import { openHole, writeHole, type Hole } from './hole.ts';

/** What a reader needs to judge the file's signatures with no network (ISO 32000-2 §12.8.4.3), DER. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

const HEAD = '<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161';

/**
 * One revision with a document timestamp in a new invisible field `cs-time-n` (§12.8.5), and before it, in the
 * same revision, the validation data, when there is any: the token covers it, which makes an archive of the
 * file (EN 319 142-1, PAdES-B-LTA). The input is not copied; the file is `doc.source` followed by the tail.
 * `room`: bytes of the longest token that may come. Throws PdfError `docmdp-forbids` when a signature of the
 * file locks every field that may come.
 */
export function prepareTimestamp(doc: PdfDocument, room: number, data: ValidationData | null = null): Hole {
  const former = formerSignatures(doc);
  const name = freeName(former);
  if (locksNewField(doc, former, name)) {
    throw new PdfError('docmdp-forbids', 'a signature of this file locks every field, a timestamp too');
  }
  const appender = new Appender(doc);
  const value = appender.reserve();
  const field = appender.add(
    new PdfDict()
      .set('Type', new PdfName('Annot'))
      .set('Subtype', new PdfName('Widget'))
      .set('FT', new PdfName('Sig'))
      .set('T', textString(name))
      .set('Rect', [0, 0, 0, 0])
      .set('F', 132)
      .set('P', doc.page(1).ref)
      .set('V', value)
  );
  const catalog = doc.catalog.clone();
  const fielded = addField(appender, catalog, field);
  const archived = data !== null && addData(appender, catalog, data);
  if (fielded || archived) appender.put(doc.catalogRef, catalog);
  const out = new ByteWriter().text(HEAD);
  const at = writeHole(out, room);
  appender.putBytes(value, out.text('>>').take());
  const tail = appender.finish();
  return openHole(doc, tail.bytes, (tail.offsets.get(value.num) ?? 0) + at, room);
}

/**
 * One revision with validation data alone (§12.8.4.3), under no timestamp: with timestamps in the signatures
 * that is PAdES-B-LT. Returns the tail.
 */
export function appendValidationData(doc: PdfDocument, data: ValidationData): Uint8Array {
  const appender = new Appender(doc);
  const catalog = doc.catalog.clone();
  if (addData(appender, catalog, data)) appender.put(doc.catalogRef, catalog);
  return appender.finish().bytes;
}

function freeName({ fields }: FormerSignatures): string {
  const taken = new Set(fields.map((field) => field.name));
  let n = 1;
  while (taken.has(`cs-time-${n}`)) n += 1;
  return `cs-time-${n}`;
}

/** Adds the field to the form, not to the page's /Annots: it shows nothing. → whether the catalog changed. */
function addField(appender: Appender, catalog: PdfDict, field: PdfRef): boolean {
  const { doc } = appender;
  const written = catalog.get('AcroForm');
  const form = formOf(doc)?.clone() ?? new PdfDict();
  const list = form.get('Fields');
  const fields: PdfArray = [...(doc.array(list) ?? []), field];
  const flags = doc.resolve(form.get('SigFlags'));
  const wanted = (typeof flags === 'number' ? flags : 0) | 3;
  if (list instanceof PdfRef && doc.array(list) !== null) {
    appender.put(list, fields);
    if (flags === wanted) return false;
  } else form.set('Fields', fields);
  form.set('SigFlags', wanted);
  if (written instanceof PdfRef && doc.dict(written) !== null) {
    appender.put(written, form);
    return false;
  }
  catalog.set('AcroForm', form);
  return true;
}

/** Adds what the file's /DSS does not hold yet; what it holds stays. → whether the catalog changed. */
function addData(appender: Appender, catalog: PdfDict, data: ValidationData): boolean {
  const { doc } = appender;
  const written = catalog.get('DSS');
  const dss = doc.dict(written)?.clone() ?? new PdfDict().set('Type', new PdfName('DSS'));
  const add = (key: string, items: readonly Uint8Array[]): void => {
    const list = doc.array(dss.get(key)) ?? [];
    const known = list.flatMap((item) => {
      const stream = doc.resolve(item);
      return stream instanceof PdfStream ? [doc.inflate(stream)] : [];
    });
    const fresh = items.filter(
      (one, i) => !contains(known, one) && items.findIndex((two) => equalBytes(one, two)) === i
    );
    if (fresh.length > 0) dss.set(key, [...list, ...fresh.map((one) => appender.add(packed(one)))]);
  };
  add('Certs', data.certificates);
  add('CRLs', data.crls);
  add('OCSPs', data.ocsps);
  if (written instanceof PdfRef && doc.dict(written) !== null) {
    appender.put(written, dss);
    return false;
  }
  catalog.set('DSS', appender.add(dss));
  return true;
}

const contains = (list: readonly Uint8Array[], one: Uint8Array): boolean =>
  list.some((other) => equalBytes(one, other));

/** A stream, deflated where that helps: certificates of RSA keys hardly shrink, names and lists do. */
function packed(bytes: Uint8Array): PdfStream {
  const small = deflate(bytes);
  const gain = bytes.length - small.length > '/Filter/FlateDecode'.length;
  return gain
    ? new PdfStream(new PdfDict().set('Filter', new PdfName('FlateDecode')), small)
    : new PdfStream(new PdfDict(), bytes);
}

/**
 * The certificates of `known` that an archive of this file needs: those that no signature or timestamp of the
 * file carries, and every one that vouches for itself (EU DSS looks for those in the DSS only). What stands in
 * a signature is not repeated: that would double the archive.
 */
export function missingCertificates(doc: PdfDocument, known: readonly Uint8Array[]): Uint8Array[] {
  const carried = certificatesOf(doc);
  const own = readCertificates(carried).filter(isSelfIssued);
  return [...own.map((one) => one.der), ...known.filter((one) => !contains(carried, one))];
}

/** A timestamp in the CMS of the newest signature, and the signature value that it must be about; or null. */
export function newestTimestamp(doc: PdfDocument): { token: Uint8Array; stamped: Uint8Array } | null {
  const end = (field: FormField): number => {
    const range = doc.array(doc.dict(field.value)?.get('ByteRange')) ?? [];
    return Number(doc.resolve(range[2])) + Number(doc.resolve(range[3]));
  };
  const [newest] = [...formerSignatures(doc).signed].sort((a, b) => end(b) - end(a));
  const contents = doc.resolve(doc.dict(newest?.value)?.get('Contents'));
  if (!(contents instanceof PdfString)) return null;
  const [signer] = read(contents.bytes)?.signers ?? [];
  const [token] = signer?.timestampTokens ?? [];
  return signer === undefined || token === undefined ? null : { token, stamped: signer.signature };
}

function certificatesOf(doc: PdfDocument): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const field of formerSignatures(doc).signed) {
    const contents = doc.resolve(doc.dict(field.value)?.get('Contents'));
    if (!(contents instanceof PdfString)) continue;
    for (const one of containers(contents.bytes)) if (!contains(found, one)) found.push(one);
  }
  return found;
}

/** Certificates of a container and of the tokens in it; one that cannot be read has none. */
function containers(bytes: Uint8Array): Uint8Array[] {
  const data = read(bytes);
  const tokens = data?.signers.flatMap((signer) => signer.timestampTokens) ?? [];
  return [...(data?.certificates ?? []), ...tokens.flatMap(containers)];
}

function read(bytes: Uint8Array): SignedData | null {
  try {
    return parseSignedData(bytes);
  } catch (error) {
    if (error instanceof CmsError) return null;
    throw error;
  }
}
