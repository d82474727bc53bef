/**
 * Crypto is asked for, not called: the pure rooms return what must be hashed and checked, a provider
 * (`provider-web.ts` in pages, workers and Node; `pb_hooks/lib` in the server) answers.
 */

export type HashName =
  | 'MD5'
  | 'SHA-1'
  | 'SHA-224'
  | 'SHA-256'
  | 'SHA-384'
  | 'SHA-512'
  | 'SHA3-256'
  | 'SHA3-384'
  | 'SHA3-512'
  | 'SHAKE256-512'
  | 'SHAKE256-912';

/** A digest over parts of the file that is being read, in the order given: `[offset, length]` in bytes. */
export interface HashRequest {
  readonly hash: HashName;
  readonly ranges: readonly (readonly [number, number])[];
}

export type SignatureScheme =
  | { readonly kind: 'ecdsa'; readonly hash: HashName }
  | { readonly kind: 'rsa-pkcs1'; readonly hash: HashName }
  | {
      readonly kind: 'rsa-pss';
      readonly hash: HashName;
      readonly mgfHash: HashName;
      readonly saltLength: number;
    }
  | { readonly kind: 'dsa'; readonly hash: HashName }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ed448' };

/** One signature to check. `message` is what was signed; or, where that is the file itself, its digest. */
export interface Check {
  readonly scheme: SignatureScheme;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly signed: { readonly message: Uint8Array } | { readonly digest: Uint8Array };
  /** As it stands in the CMS or certificate: DER Ecdsa-Sig-Value for ecdsa and dsa. */
  readonly signature: Uint8Array;
}

export type CheckAnswer = 'valid' | 'invalid' | 'unsupported';

/** What a page, a worker or Node brings. Answers stand in the order of the questions. */
export interface CryptoProvider {
  hash(name: HashName, bytes: Uint8Array): Promise<Uint8Array>;
  check(checks: readonly Check[]): Promise<CheckAnswer[]>;
}
