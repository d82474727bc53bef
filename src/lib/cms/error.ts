/** What can be wrong with a signature container or a signed statement. */
export type CmsErrorCode =
  /** The bytes are no ASN.1, or not the structure that RFC 5652 has here. */
  | 'malformed'
  /** A CMS content of another type than SignedData. */
  | 'not-signed-data'
  /** No SignerInfo at all. */
  | 'no-signer'
  /** More certificates than are read or written (`security.md` P1). */
  | 'limit'
  /** A time-stamp token that is none (RFC 3161). */
  | 'not-a-timestamp'
  /** A statement that is not the one canonical form (`security.md` E1). */
  | 'statement'
  /** A statement of another kind, or made for another key's algorithm. */
  | 'statement-kind';

/** The one error of cms/: a stable code and the byte offset where it was noticed (-1 when none applies). */
export class CmsError extends Error {
  override readonly name = 'CmsError';
  constructor(
    readonly code: CmsErrorCode,
    message: string,
    readonly offset = -1
  ) {
    super(message);
  }
}
