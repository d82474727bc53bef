/** What can go wrong with a person's key. The message catalogue has a sentence for each (`error_key_<code>`). */
export type KeyErrorCode =
  /** Neither https nor localhost: the browser makes no keys there (`security.md` K7). */
  | 'insecure-context'
  /** The passphrase does not open the record; or the record was altered, which looks the same. */
  | 'wrong-passphrase'
  /** A new passphrase that is too short or too common. */
  | 'passphrase-weak'
  /** Not a record or backup file of this program, or of a newer version. */
  | 'record'
  /** Derivation parameters below the floor, or so high that they would hang the device. */
  | 'kdf-floor'
  /** What opened is not the key that the record names. */
  | 'spki-mismatch'
  /** A key that cannot leave its browser cannot be backed up. */
  | 'not-exportable';

export class KeyError extends Error {
  override readonly name = 'KeyError';
  constructor(
    readonly code: KeyErrorCode,
    message: string
  ) {
    super(message);
  }
}
