// A contract that somebody signed with other software before it was uploaded.
import { buildSignedAttributes, buildSignedData, signedDataSize } from '../../src/lib/cms/build.ts';
import { freshKey } from '../../src/cli/signing.ts';
import { contract, latin1, type Draft } from './draft.ts';
import { writeTable } from './write.ts';

export interface SignedOptions {
  /** Certifies with this permission; an approval signature when absent. */
  readonly docMdp?: 1 | 2 | 3;
  /** Entries of a FieldMDP: `/Action /All`. */
  readonly locks?: string;
  /** Entries of the signed field's own /Lock, without a FieldMDP. */
  readonly lock?: string;
  /** A second, empty signature field `Signature2` on the page, and a text field `note`. */
  readonly empty?: boolean;
}

/** One invisible signature over the whole file, `adbe.pkcs7.detached`, by a fresh self-signed key. */
export async function signedContract({
  docMdp,
  locks,
  lock,
  empty = false
}: SignedOptions = {}): Promise<Uint8Array> {
  const { certificate, sign } = await freshKey('Other Software', Date.UTC(2026, 0, 5));
  const room = signedDataSize([certificate]);
  const permission = docMdp === undefined ? '' : ' /Perms << /DocMDP 7 0 R >>';
  const draft = contract({ catalog: `/AcroForm 5 0 R${permission}` });
  const more = empty ? ' 8 0 R 9 0 R' : '';
  draft.objects.set(
    5,
    `<< /Fields [6 0 R${more}] /SigFlags 3 /DA (/Helv 9 Tf 0 g) /DR << /Font << /Helv 3 0 R >> >> >>`
  );
  if (empty) {
    const widget = '/Type /Annot /Subtype /Widget /F 4 /P 10 0 R';
    draft.objects.set(8, `<< ${widget} /FT /Sig /T (Signature2) /Rect [40 500 220 550] >>`);
    draft.objects.set(9, `<< ${widget} /FT /Tx /T (note) /Rect [40 440 220 460] >>`);
  }
  draft.objects.set(
    6,
    '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 /P 10 0 R /V 7 0 R' +
      `${lock === undefined ? '' : ` /Lock << /Type /SigFieldLock ${lock} >>`} >>`
  );
  const transform = (method: string, parameters: string) =>
    `<< /Type /SigRef /TransformMethod /${method} /TransformParams << /Type /TransformParams /V /1.2 ${parameters} >> >>`;
  const references = [
    docMdp === undefined ? '' : transform('DocMDP', `/P ${docMdp}`),
    locks === undefined ? '' : transform('FieldMDP', locks)
  ].join(' ');
  draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [6 0 R' + more + '] >>');
  return signObject(
    draft,
    `/SubFilter /adbe.pkcs7.detached /Reference [${references}]`,
    room,
    async (covered) => {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', covered));
      const attributes = buildSignedAttributes({ digest, certificate });
      return buildSignedData({ attributes, signature: await sign(attributes), certificates: [certificate] });
    }
  );
}

/**
 * The draft with object 7 as its signature dictionary; `contentsOf` makes /Contents, of at most `room` bytes,
 * from what is covered.
 */
export async function signObject(
  draft: Draft,
  entries: string,
  room: number,
  contentsOf: (covered: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> | Uint8Array
): Promise<Uint8Array> {
  draft.objects.set(
    7,
    `<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 ${'*'.repeat(32)}]` +
      ` /Contents <${'0'.repeat(room * 2)}> /M (D:20260105120000Z) /Name (Other) ${entries} >>`
  );
  const file = writeTable(draft);
  const text = Buffer.from(file).toString('latin1');
  const contents = text.indexOf('/Contents <0') + '/Contents '.length;
  const after = contents + room * 2 + 2;
  const range = text.indexOf('*'.repeat(32));
  file.set(latin1(`${contents} ${after} ${file.length - after}`.padEnd(32)), range);
  const covered = Uint8Array.from(Buffer.concat([file.subarray(0, contents), file.subarray(after)]));
  file.set(latin1(Buffer.from(await contentsOf(covered)).toString('hex')), contents + 1);
  return file;
}
