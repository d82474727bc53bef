/**
 * The sentence a party agrees to. It stands in the file's evidence by text and hash, so it is part of the
 * contract with the past: a changed wording is a new version, never an edit.
 */
export interface Consent {
  readonly version: number;
  readonly language: string;
  readonly text: string;
}

export const CONSENT_EN_1: Consent = {
  version: 1,
  language: 'en',
  text:
    'I have read this document and agree to its content. I sign it electronically and accept that this ' +
    'signature binds me like one on paper. The time, the way I proved who I am and what I filled in are ' +
    'stored inside the signed file.'
};

export const CONSENTS: readonly Consent[] = [CONSENT_EN_1];
