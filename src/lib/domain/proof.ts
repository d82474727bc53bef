import * as v from 'valibot';
import { openingSchema } from './certificate-log.ts';
import { countShape, hashShape, timeShape } from './shapes.ts';

/**
 * How the server checked who holds a key (`security.md` E2): its signed statement, made when it certified
 * the key, embedded in the evidence by the device. A party's is about one document; a member's is about
 * the key alone (`document`, `frozenSha256`, `party` null), since it signs many documents, offline too.
 */
export const proofSchema = v.object({
  v: v.literal(1),
  /** Id of the workspace; its name is the subject of the root. */
  workspace: v.string(),
  document: v.nullable(v.string()),
  frozenSha256: v.nullable(hashShape),
  party: v.nullable(v.string()),
  /** Account of a member, else null. */
  user: v.nullable(v.string()),
  name: v.string(),
  /** SHA-256 of the key's SubjectPublicKeyInfo, and of the certificate made for it. */
  spki: hashShape,
  certificate: hashShape,
  kind: v.picklist(['email', 'sms', 'staff']),
  /** How link and code went; where both went the same way, they are one factor. */
  channels: v.nullable(
    v.object({ link: v.picklist(['email', 'sms', 'hand']), code: v.picklist(['email', 'sms']) })
  ),
  /** Server times. `tries` counts the right one too. */
  code: v.nullable(v.object({ sentAt: timeShape, rightAt: timeShape, tries: countShape })),
  /** Masked, and HMAC-SHA-256(key, address) under a key that the party and the server hold (E6). */
  address: v.nullable(v.object({ mask: v.string(), commitment: hashShape })),
  /** Password sign-in of a member, not older than ten minutes. */
  signedInAt: v.nullable(timeShape),
  /** Commitments like the address's: network address and user agent of the device that asked. */
  device: v.object({ ip: hashShape, agent: hashShape }),
  /** L8: the address is a member's, or another party's too. */
  notes: v.array(v.picklist(['address-of-member', 'address-of-other-party', 'address-changed'])),
  log: v.object({ head: hashShape, prev: hashShape, opening: openingSchema }),
  at: timeShape
});

export type ProofStatement = v.InferOutput<typeof proofSchema>;

/** Keys of a proof's commitments, 32 bytes hex: for the party alone, never in the file. */
export interface ProofOpenings {
  readonly address: string | null;
  readonly ip: string;
  readonly agent: string;
}
