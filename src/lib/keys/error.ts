/** What can go wrong with a person's key. The message catalogue has a sentence for each (`error_key_<code>`). */
export type KeyErrorCode =
  /** Neither https nor localhost: the browser makes no keys there (`security.md` K7). */
  | 'insecure-context'
  /** The passphrase does not open the record; or the record was altered, which looks the same. */
  | 'wrong-passphrase'
  /** The same where a passkey opens it. */
  | 'wrong-passkey'
  /** The PIN is wrong; a few more tries are left. */
  | 'wrong-pin'
  /** No PIN in this session: none was chosen, it is too old, or it was wrong five times. */
  | 'pin-off'
  /** A PIN is six digits, and not one that everybody tries first. */
  | 'pin-weak'
  /** A new passphrase that is too short or too common. */
  | 'passphrase-weak'
  /** Not a record or backup file of this program. */
  | 'record'
  /** A kind of lock, or a version of the record, that this version does not know (`security.md` K8). */
  | 'lock-unknown'
  /** Derivation parameters below the floor, or so high that they would hang the device. */
  | 'kdf-floor'
  /** What opened is not the key that the record names. */
  | 'spki-mismatch'
  /** A key that cannot leave its browser cannot be backed up. */
  | 'not-exportable'
  /** The key is not open, or was locked in the meantime. */
  | 'locked'
  /** Too many wrong tries: wait. */
  | 'blocked'
  /** Nobody pressed anything for this signature (`security.md` K5). */
  | 'activation'
  /** What is to be signed is not of the kind that was shown. */
  | 'not-shown'
  /** The browser or the device's passkey can't lock a key (no PRF). */
  | 'passkey-unsupported'
  /** The person closed the passkey's dialog, or it took too long. */
  | 'passkey-cancelled'
  /** No passkey of this device answered: it was removed, or lies elsewhere. */
  | 'passkey-missing'
  /** A lock that is weaker than the workspace asks for. */
  | 'lock-weak'
  /** A kind of key that this program can't sign with. */
  | 'unsupported'
  /** The file opened, but there is no key with its certificate in it. */
  | 'no-key-inside'
  /** The worker that keeps the keys ended. */
  | 'keys-worker';

export class KeyError extends Error {
  override readonly name = 'KeyError';
  constructor(
    readonly code: KeyErrorCode,
    message: string
  ) {
    super(message);
  }
}
