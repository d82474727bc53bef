// A contract that somebody signed with other software before it was uploaded.
import { buildSignedAttributes, buildSignedData, signedDataSize } from '../../src/lib/cms/build.ts';
import { freshKey } from '../../src/cli/signing.ts';
import { contract, latin1 } from './draft.ts';
import { writeTable } from './write.ts';

export interface SignedOptions {
  /** Certifies with this permission; an approval signature when absent. */
  readonly docMdp?: 1 | 2 | 3;
  /** Entries of a FieldMDP: `/Action /All`. */
  readonly locks?: string;
}

/** One invisible signature over the whole file, `adbe.pkcs7.detached`, by a fresh self-signed key. */
export async function signedContract({ docMdp, locks }: SignedOptions = {}): Promise<Uint8Array> {
  const { certificate, sign } = await freshKey('Other Software', Date.UTC(2026, 0, 5));
  const room = signedDataSize([certificate]);
  const permission = docMdp === undefined ? '' : ' /Perms << /DocMDP 7 0 R >>';
  const draft = contract({ catalog: `/AcroForm 5 0 R${permission}` });
  draft.objects.set(5, '<< /Fields [6 0 R] /SigFlags 3 >>');
  draft.objects.set(
    6,
    '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 /P 10 0 R /V 7 0 R >>'
  );
  const transform = (method: string, parameters: string) =>
    `<< /Type /SigRef /TransformMethod /${method} /TransformParams << /Type /TransformParams /V /1.2 ${parameters} >> >>`;
  const references = [
    docMdp === undefined ? '' : transform('DocMDP', `/P ${docMdp}`),
    locks === undefined ? '' : transform('FieldMDP', locks)
  ].join(' ');
  draft.objects.set(
    7,
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 ${'*'.repeat(32)}]` +
      ` /Contents <${'0'.repeat(room * 2)}> /M (D:20260105120000Z) /Name (Other) /Reference [${references}] >>`
  );
  draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [6 0 R] >>');
  const file = writeTable(draft);
  const text = Buffer.from(file).toString('latin1');
  const contents = text.indexOf('/Contents <0') + '/Contents '.length;
  const after = contents + room * 2 + 2;
  const range = text.indexOf('*'.repeat(32));
  file.set(latin1(`${contents} ${after} ${file.length - after}`.padEnd(32)), range);
  const covered = Buffer.concat([file.subarray(0, contents), file.subarray(after)]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', covered));
  const attributes = buildSignedAttributes({ digest, certificate });
  const signature = await sign(attributes);
  const signed = buildSignedData({ attributes, signature, certificates: [certificate] });
  file.set(latin1(Buffer.from(signed).toString('hex')), contents + 1);
  return file;
}
