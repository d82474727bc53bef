import * as v from 'valibot';

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const when = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));

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
  /** How identity was checked: the server's or witness's signed statement (compact JWS), or null. */
  proof: v.object({
    kind: v.picklist(['none', 'email', 'sms', 'staff', 'in-person']),
    statement: v.nullable(v.string())
  }),
  key: v.object({
    /** SHA-256 of the certificate, hex. */
    certificate: hash,
    origin: v.picklist(['device', 'imported']),
    lock: v.picklist(['none', 'passphrase', 'passkey'])
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
  time: v.object({
    device: when,
    /** performance.now() at signing, whole milliseconds. */
    monotonic: v.number(),
    /** Last time the server told, null when it never did. */
    server: v.nullable(when),
    online: v.boolean(),
    zone: v.string()
  }),
  app: v.object({ version: v.string(), browser: v.string() }),
  /** Newest event of the chain that the device knew. */
  head: v.nullable(v.object({ seq: v.number(), hash }))
});

export type Evidence = v.InferOutput<typeof evidenceSchema>;
