/** Put in by `scripts/build-verifier.js`. */
declare const COUNTERSIGN_VERSION: string;

export const version: string = COUNTERSIGN_VERSION;
