/** The verifier as one HTML file, as this build made it (`scripts/build-verifier.js`). */
export interface VerifierFile {
  /** Under the site's root. */
  readonly name: string;
  readonly version: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Put in by `vite.config.ts`. */
declare const COUNTERSIGN_VERIFIER: VerifierFile | null;

/** Null where it was not built: while developing, and in that file itself. */
export const verifierFile: VerifierFile | null =
  typeof COUNTERSIGN_VERIFIER === 'undefined' ? null : COUNTERSIGN_VERIFIER;
