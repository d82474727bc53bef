/** The hooks' heavy half, built into `pb_hooks/lib/shared-proofs.js`: certificates, CMS, PDF, verification. */
export { fromBase64, toBase64 } from '../bytes/base64.ts';
export { fromHex, toHex } from '../bytes/hex.ts';
export { memorySource } from '../bytes/source.ts';
export { parseSignedData } from '../cms/signed-data.ts';
export { signerCertificate } from '../cms/signer.ts';
export { parseJcs } from '../domain/jcs.ts';
export { prepareStatement, readStatement } from '../cms/statement.ts';
export { openPdf } from '../pdf/document.ts';
export { formFields } from '../pdf/fields.ts';
export { PdfName, PdfRef, PdfString } from '../pdf/objects.ts';
export { decodeText } from '../pdf/text.ts';
export { personCertificate, serialFrom } from '../pki/authority.ts';
export { certificateCheck, certificateSha256, parseCertificate } from '../pki/certificate.ts';
export { certificateRevocationList, crlAddresses, crlCheck, parseCrl } from '../pki/crl.ts';
export { parseRequest } from '../pki/csr.ts';
export { nobleProvider } from '../pki/provider-noble.ts';
export { serverKey, signAsServer } from '../pki/server-key.ts';
export { missingCertificates, newestTimestamp, prepareTimestamp } from '../sign/archive.ts';
export { freeze } from '../sign/freeze.ts';
export {
  nonceValue,
  readTimestampRequest,
  readTimestampResponse,
  readToken,
  TimestampError,
  timestampRequest
} from '../sign/timestamp.ts';
export { compareRevisions } from '../verify/document-rules.ts';
export { findSignatures } from '../verify/signatures.ts';
export { verifyFileSync } from '../verify/verify.ts';
