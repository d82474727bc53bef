import { encodeUtf8 } from '../bytes/utf8.ts';
import { buildSignedAttributes, buildSignedData, signedDataSize } from '../cms/build.ts';
import { Appender } from '../pdf/append.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { deflate } from '../pdf/deflate.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import type { FormField } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfString, type PdfArray, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { ByteWriter, dateString, textString, writeObject } from '../pdf/serialize.ts';
import type { HashName, SignatureScheme } from '../pki/check.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { contentHash, signatureValue, signingScheme } from '../pki/signing-scheme.ts';
import { fillField } from './fill.ts';
import { Filler } from './filler.ts';
import { formerSignatures } from './former.ts';
import { openHole, writeHole, type Hole } from './hole.ts';
import type { SignInput } from './layout.ts';

/** A signature revision whose /Contents is still empty. Its steps are synchronous; keys and authorities are not. */
export interface PreparedSignature {
  /** `[0, a, b, c]` as written (§12.8.1). */
  readonly byteRange: readonly [number, number, number, number];
  /** How the key signs the attributes. */
  readonly scheme: SignatureScheme;
  /** Hash of what is covered. */
  readonly hash: HashName;
  /** What is hashed, in order: the whole source, then these two pieces of the tail. */
  readonly covered: readonly [Uint8Array, Uint8Array];
  /** Digest of what is covered → DER attributes, which the key signs by `scheme`. */
  attributes(digest: Uint8Array): Uint8Array;
  /** What a signature timestamp's imprint is a digest of: the signature value as it will stand in the CMS (RFC 3161, appendix A). */
  stamped(signature: Uint8Array): Uint8Array;
  /** Whether a token of this many bytes has room. */
  hasRoomFor(timestampLength: number): boolean;
  /**
   * Signature over the attributes, as WebCrypto makes it (raw r‖s for ECDSA), and a TimeStampToken over it
   * (DER) → the tail to append. Throws CmsError; PkiError `signature`; PdfError `structure` for a token
   * without room.
   */
  finish(signature: Uint8Array, timestamp?: Uint8Array): Uint8Array;
}

/**
 * Fills and locks the party's fields and prepares its signature, all in one revision (`signing.md`; ISO
 * 32000-2 §12.8, EN 319 142-1). The file's first signature certifies it (DocMDP P=2), later ones approve.
 *
 * `timestampRoom`: bytes kept free for a timestamp inside the signature, 0 when none can come.
 *
 * Throws PdfError `field-missing`, `docmdp-forbids`, `glyph-missing`, `does-not-fit`, `image` or `structure`
 * before anything is signed; CmsError `malformed` without a certificate, PkiError `key` for one that does not
 * sign here.
 */
export function prepareSignature(
  doc: PdfDocument,
  input: SignInput,
  fonts: FontSet,
  { timestampRoom = 0 }: { readonly timestampRoom?: number } = {}
): PreparedSignature {
  const room = signedDataSize(input.certificates, { pss: input.pss ?? false, timestampRoom });
  const former = formerSignatures(doc);
  if (former.docMdp === 1)
    throw new PdfError('docmdp-forbids', 'the certification allows no further signature');
  const own = former.fields.filter(({ name }) =>
    input.own === undefined ? name.startsWith(`cs-${input.partyLetter}-`) : input.own.includes(name)
  );
  const place = own.find((field) => field.type === 'Sig' && field.value === null);
  if (place === undefined)
    throw new PdfError('field-missing', `no empty signature field of party ${input.partyLetter}`);

  const appender = new Appender(doc);
  const filler = new Filler(appender, fonts);
  const rest = own.filter((field) => field.type !== 'Sig');
  const strays = strayNames(input, own);
  // Only a file that was signed before may lack the fields: there the signature's picture carries them.
  if (strays.length > 0 && rest.length > 0) throw new PdfError('field-missing', `no field ${strays[0]}`);
  for (const field of rest) fillField(filler, field, input, doc);

  const value = appender.reserve();
  putSignatureField(appender, filler, place, value, input, strays);
  const certifies = former.signed.length === 0;
  if (certifies) addPermission(appender, value);
  filler.finish();
  const dictionary = signatureDictionary(doc, value, place, input, certifies, room);
  appender.putBytes(value, dictionary.bytes);
  const tail = appender.finish();
  const at = (tail.offsets.get(value.num) ?? 0) + dictionary.contentsAt;
  return prepared(input, openHole(doc, tail.bytes, at, room), room);
}

function strayNames(input: SignInput, own: readonly FormField[]): string[] {
  const known = new Set(own.map((field) => field.name));
  const named = [...Object.keys(input.values), ...Object.keys(input.marks), ...Object.keys(input.stamps)];
  return named.filter((name) => !known.has(name));
}

function putSignatureField(
  appender: Appender,
  filler: Filler,
  place: FormField,
  value: PdfRef,
  input: SignInput,
  strays: readonly string[]
): void {
  const field = place.dict.clone().set('V', value);
  // A field that is not its own widget is shown by its kid.
  const [shown = place] = place.widgets;
  const widget = shown.ref.num === place.ref.num ? field : shown.dict.clone();
  const canvas = filler.canvas(place);
  const mark = input.marks[place.name];
  if (canvas !== null) {
    const stamp = strays.map((name) => input.stamps[name]).find((picture) => picture !== undefined);
    const lines = strays.flatMap((name) => input.values[name] ?? []).filter((line) => line !== '');
    const drawn =
      stamp !== undefined || lines.length > 0
        ? filler.combined(canvas, mark ?? null, stamp ?? null, lines)
        : mark === undefined
          ? filler.blank(canvas)
          : filler.mark(canvas, mark, place.name);
    widget.set('AP', new PdfDict().set('N', appender.add(drawn)));
  }
  appender.put(place.ref, field);
  if (widget !== field) appender.put(shown.ref, widget);
}

/** §12.8.6: /Perms names the signature that certifies. */
function addPermission(appender: Appender, value: PdfRef): void {
  const { doc } = appender;
  const permissions = doc.dict(doc.catalog.get('Perms'))?.clone() ?? new PdfDict();
  appender.put(doc.catalogRef, doc.catalog.clone().set('Perms', permissions.set('DocMDP', value)));
}

const name = (text: string): PdfName => new PdfName(text);

/** §12.8.2: what the signature certifies and which fields it locks. */
function references(doc: PdfDocument, place: FormField, certifies: boolean): PdfArray {
  const list: PdfArray = [];
  const reference = (method: string, parameters: PdfDict): PdfDict =>
    new PdfDict()
      .set('Type', name('SigRef'))
      .set('TransformMethod', name(method))
      .set('TransformParams', parameters.set('Type', name('TransformParams')).set('V', name('1.2')));
  if (certifies) list.push(reference('DocMDP', new PdfDict().set('P', 2)));
  const lock = lockParameters(doc, place);
  // pyHanko cannot compare names inside an encrypted signature dictionary; there /Lock alone tells.
  if (lock !== null && doc.encryption === null)
    list.push(reference('FieldMDP', lock).set('Data', doc.catalogRef));
  return list;
}

/** What the field's /Lock locks, as FieldMDP says it (Tables 236, 258); null when it locks nothing. */
function lockParameters(doc: PdfDocument, place: FormField): PdfDict | null {
  const lock = doc.dict(place.dict.get('Lock'));
  const action = doc.resolve(lock?.get('Action'));
  const fields = doc.array(lock?.get('Fields')) ?? [];
  if (!(action instanceof PdfName)) return null;
  const parameters = new PdfDict().set('Action', name(action.name));
  if (action.name === 'All') return parameters;
  if (action.name === 'Include' && fields.length === 0) return null;
  return parameters.set('Fields', fields);
}

interface SignatureBytes {
  readonly bytes: Uint8Array;
  /** As `writeHole` gives it. */
  readonly contentsAt: number;
}

function signatureDictionary(
  doc: PdfDocument,
  ref: PdfRef,
  place: FormField,
  input: SignInput,
  certifies: boolean,
  room: number
): SignatureBytes {
  const out = new ByteWriter();
  out.text('<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached');
  const contentsAt = writeHole(out, room);
  const entries = new PdfDict().set('M', dateString(input.at)).set('Name', textString(input.signerName));
  if (input.reason !== null) entries.set('Reason', textString(input.reason));
  if (input.location !== null) entries.set('Location', textString(input.location));
  const application = new PdfDict().set('Name', name('Countersign')).set('REx', textString('0.1'));
  entries.set('Prop_Build', new PdfDict().set('App', application));
  const list = references(doc, place, certifies);
  if (list.length > 0) entries.set('Reference', list);
  if (input.evidence !== null)
    entries.set('XXCountersign', new PdfString(deflate(encodeUtf8(input.evidence))));
  const { encryption } = doc;
  for (const [key, entry] of entries.map) {
    writeEntry(
      out,
      key,
      entry,
      encryption === null ? null : (bytes) => encryption.encryptString(bytes, ref.num, 0)
    );
  }
  return { bytes: out.text('>>').take(), contentsAt };
}

function writeEntry(
  out: ByteWriter,
  key: string,
  value: PdfObject,
  cipher: ((bytes: Uint8Array) => Uint8Array) | null
): void {
  out.text(`/${key}`);
  writeObject(out, value, cipher);
}

function prepared(input: SignInput, hole: Hole, room: number): PreparedSignature {
  const { certificates, pss = false } = input;
  const certificate = certificates[0] ?? new Uint8Array(0);
  const { spki } = parseCertificate(certificate);
  const scheme = signingScheme(spki, { pss });
  let attributes: Uint8Array | null = null;
  return {
    byteRange: hole.byteRange,
    scheme,
    hash: contentHash(scheme),
    covered: hole.covered,
    attributes: (digest) => (attributes = buildSignedAttributes({ digest, certificate })),
    stamped: (signature) => signatureValue(spki, signature),
    hasRoomFor: (length) => signedDataSize(certificates, { pss, timestampRoom: length }) <= room,
    finish: (signature, timestamp) => {
      if (attributes === null) throw new PdfError('structure', 'finish comes after attributes');
      const token = timestamp === undefined ? {} : { timestamp };
      return hole.fill(buildSignedData({ attributes, signature, certificates, pss, ...token }));
    }
  };
}
