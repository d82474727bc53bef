/**
 * What the server's hooks take from the pure rooms: built into `pb_hooks/lib/shared.js` (`scripts/build.js`),
 * so that a rule exists once. Everything here runs in PocketBase's engine: no DOM, no promises.
 */
export { fromBase64, fromBase64Url, toBase64, toBase64Url } from './bytes/base64.ts';
export { concat, equalBytes } from './bytes/concat.ts';
export { fromHex, toHex } from './bytes/hex.ts';
export { memorySource } from './bytes/source.ts';
export { decodeUtf8, encodeUtf8 } from './bytes/utf8.ts';
export { blobsOf, payloadSchemas, wireActionSchema } from './domain/action.ts';
export { CONSENTS } from './domain/consent.ts';
export { letterOf, turnOf } from './domain/document.ts';
export { evidenceSchema } from './domain/evidence.ts';
export { VALUE_KINDS } from './domain/field.ts';
export { ID_PATTERN } from './domain/id.ts';
export { jcs } from './domain/jcs.ts';
export { MAIL_PATTERN, PHONE_PATTERN, maskAddress, normalPhone } from './domain/party.ts';
export { personCertificate, serialFrom } from './pki/authority.ts';
export { certificateCheck, certificateSha256, parseCertificate } from './pki/certificate.ts';
export { certificateRevocationList, crlCheck, parseCrl } from './pki/crl.ts';
export { parseRequest } from './pki/csr.ts';
export { nobleProvider } from './pki/provider-noble.ts';
export { serverKey, signAsServer } from './pki/server-key.ts';
export { parseSignedData } from './cms/signed-data.ts';
export { signerCertificate } from './cms/signer.ts';
export { readStatement } from './cms/statement.ts';
export { openPdf } from './pdf/document.ts';
export { formFields } from './pdf/fields.ts';
export { PdfName, PdfRef, PdfString } from './pdf/objects.ts';
export { decodeText } from './pdf/text.ts';
export { compareRevisions } from './verify/document-rules.ts';
export { findSignatures } from './verify/signatures.ts';
export { verifyFileSync } from './verify/verify.ts';
export { safeParse } from 'valibot';
