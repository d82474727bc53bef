/**
 * A member's signed statement that a party signed in person (`security.md` H1, thin): compact JWS (ES256) by
 * the member's key over the JCS of this, made before the client signs, carried in the party's evidence.
 * The signed bytes begin with the kind, so a statement can never be taken for another.
 */
export interface WitnessStatement {
  readonly v: 1;
  readonly kind: 'witness';
  readonly document: string;
  readonly frozenSha256: string;
  readonly party: string;
  /** SHA-256 (hex) of the party's SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
  readonly how: 'in-person';
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
}
