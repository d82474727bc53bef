import * as v from 'valibot';

import { countShape, hashShape as hash, timeShape as when } from './shapes.ts';

/**
 * Evidence, version 1: canonical JSON, deflated, under /XXCountersign in the signature dictionary and so
 * covered by the signature (`signing.md`, "Evidence"). Times are ISO 8601 UTC with milliseconds.
 */
export const evidenceSchema = v.object({
  v: v.literal(1),
  document: v.string(),
  title: v.string(),
  /** Of the uploaded or laid-out bytes. */
  originalSha256: hash,
  frozenSha256: hash,
  party: v.object({
    id: v.string(),
    letter: v.string(),
    kind: v.picklist(['company', 'client', 'witness']),
    name: v.string(),
    organisation: v.string(),
    /** Masked: enough to recognise one's own (`security.md` E6). */
    email: v.nullable(v.string()),
    phone: v.nullable(v.string())
  }),
  /**
   * How identity was checked, never in the signer's own words: the server's statement (`proof.ts`) or, in
   * person, the witness's (`witness.ts`), compact JWS. `witness`: the server's statement about the witness.
   */
  proof: v.object({
    kind: v.picklist(['none', 'email', 'sms', 'staff', 'in-person']),
    statement: v.nullable(v.string()),
    witness: v.exactOptional(v.nullable(v.string()))
  }),
  key: v.object({
    /** SHA-256 of the certificate, hex. */
    certificate: hash,
    origin: v.picklist(['device', 'imported']),
    /** `pin-session`: re-opened by PIN within a session that passkey or passphrase began (K3). */
    lock: v.picklist(['none', 'passphrase', 'passkey', 'pin-session'])
  }),
  consent: v.object({
    version: v.number(),
    language: v.string(),
    text: v.string(),
    sha256: hash,
    at: when,
    button: v.string()
  }),
  /** Field name → value, for every field of the party. */
  values: v.record(v.string(), v.string()),
  signature: v.object({
    kind: v.picklist(['drawn', 'typed', 'uploaded', 'none']),
    sha256: v.nullable(hash)
  }),
  stamp: v.nullable(v.object({ sha256: hash })),
  /** Field name → SHA-256 of the mark or picture in it (signature, initials, stamp), all of the party's. */
  images: v.exactOptional(v.record(v.string(), hash)),
  time: v.object({
    device: when,
    /** performance.now() at signing, whole milliseconds. */
    monotonic: v.number(),
    /** Last time the server told, null when it never did. */
    server: v.nullable(when),
    /** Milliseconds of device time since then. */
    serverAge: v.exactOptional(v.nullable(v.number())),
    online: v.boolean(),
    zone: v.string()
  }),
  app: v.object({ version: v.string(), browser: v.string() }),
  /** Newest event of the chain that the device knew. */
  head: v.nullable(v.object({ seq: countShape, hash }))
});

export type Evidence = v.InferOutput<typeof evidenceSchema>;

/** `security.md` E7: bytes deflated and inflated, levels of nesting. */
export const EVIDENCE_LIMITS = { packed: 64 * 1024, inflated: 256 * 1024, depth: 8 } as const;
