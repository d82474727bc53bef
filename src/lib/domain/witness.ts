import * as v from 'valibot';
import { hashShape, timeShape } from './shapes.ts';

/** How the witness knows who signs. */
export const ID_SEEN = ['known', 'passport', 'id-card', 'other'] as const;
export type IdSeen = (typeof ID_SEEN)[number];

/**
 * A member's signed statement that a party signs in their presence (`security.md` H1): made after the party's
 * key exists and before it signs, carried in the party's evidence. One base and one key, so that it fits no
 * other signature.
 */
export const witnessSchema = v.object({
  v: v.literal(1),
  workspace: v.string(),
  document: v.string(),
  frozenSha256: hashShape,
  /** SHA-256 of the file that the party signs on. */
  baseSha256: hashShape,
  party: v.string(),
  /** SHA-256 of the party's SubjectPublicKeyInfo. */
  partySpki: hashShape,
  name: v.string(),
  idSeen: v.picklist(ID_SEEN),
  /** Last three characters of the paper that was shown. */
  idLast3: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9A-Z]{3}$/))),
  /** What the witness agreed to, and its language. */
  text: v.string(),
  textLang: v.string(),
  at: timeShape,
  lastServerTime: v.nullable(timeShape),
  /** SHA-256 of the witness's certificate; null when the key was not certified yet. */
  witnessCert: v.nullable(hashShape)
});

export type WitnessStatement = v.InferOutput<typeof witnessSchema>;

/** The sentence a witness agrees to. Like a consent, a changed wording is a new one, never an edit. */
export const WITNESS_TEXT_EN = {
  language: 'en',
  text:
    'I am with the person named here and made sure who they are in the way stated. I hand them this device ' +
    'so that they read the document and sign it themselves.'
} as const;
