/** Why an authority does not issue, or a request is not taken. */
export type PkiErrorCode =
  /** Not PKCS#10, or not the DER this program reads. */
  | 'request-malformed'
  /** Not a P-256 or P-384 key on its curve (`security.md` C4). */
  | 'key'
  /** No name, or one with control characters. */
  | 'name'
  /** Not 16 bytes, top bit set, or first byte zero. */
  | 'serial'
  /** The issuer's certificate has ended, or does not allow issuing. */
  | 'issuer';

/** The one error of what pki/ builds; reading throws AsnError. */
export class PkiError extends Error {
  override readonly name = 'PkiError';
  constructor(
    readonly code: PkiErrorCode,
    message: string
  ) {
    super(message);
  }
}
