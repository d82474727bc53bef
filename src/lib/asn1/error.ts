/** What can be wrong with ASN.1 bytes. */
export type AsnErrorCode =
  /** An element ends behind the bytes that are there. */
  | 'truncated'
  /** A length that X.690 §8.1.3 does not allow, or that this program does not follow. */
  | 'length'
  /** Another element than the one the schema has here. */
  | 'tag'
  /** Nested deeper than the limit. */
  | 'depth'
  /** Something follows where nothing may. */
  | 'trailing'
  /** A required element is not there. */
  | 'missing'
  /** The element's contents are no value of its type. */
  | 'value';

/** The one error of asn1/: a stable code and the byte offset (in the bytes that were given) where it was noticed. */
export class AsnError extends Error {
  override readonly name = 'AsnError';
  constructor(
    readonly code: AsnErrorCode,
    message: string,
    readonly offset: number
  ) {
    super(`${message} (at byte ${offset})`);
  }
}
