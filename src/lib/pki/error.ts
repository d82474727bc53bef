/** Why an authority does not issue, a request is not taken, or a key does not sign. */
export type PkiErrorCode =
  /** Not PKCS#10, or not the DER this program reads. */
  | 'request-malformed'
  /** A key that may not be certified, or does not sign here (`security.md` C4). */
  | 'key'
  /** A signature whose length is not its key's. */
  | 'signature'
  /** No name, or one with control characters. */
  | 'name'
  /** Not 16 bytes, top bit set, or first byte zero. */
  | 'serial'
  /** The issuer's certificate has ended, or does not allow issuing. */
  | 'issuer'
  /** Not a PKCS#12 file, or a damaged one. */
  | 'p12-malformed'
  /** The password does not open it. */
  | 'p12-password'
  /** Encryption, MAC or kind of protection that this program does not have. */
  | 'p12-unsupported'
  /** More rounds, bytes or certificates than are read (`security.md` P1). */
  | 'p12-limit'
  /** No private key with its certificate is inside. */
  | 'p12-no-identity';

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
