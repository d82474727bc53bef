import * as v from 'valibot';
import { countShape, hashShape as hash, timeShape as when } from './shapes.ts';

const certificate = v.object({
  subject: v.string(),
  issuer: v.string(),
  serial: v.string(),
  sha256: hash,
  notBefore: when,
  notAfter: when
});

/** How a party was identified, and what of it the file itself proves. */
const identity = v.object({
  kind: v.picklist(['none', 'email', 'sms', 'staff', 'in-person']),
  status: v.picklist(['confirmed', 'unconfirmed', 'unknown-authority', 'invalid']),
  by: v.nullable(v.picklist(['server', 'witness'])),
  why: v.string(),
  /** Masked address the code went to; its times by the server's clock. */
  address: v.nullable(v.string()),
  channels: v.nullable(v.object({ link: v.string(), code: v.string() })),
  codeRightAt: v.nullable(when),
  tries: v.nullable(countShape),
  signedInAt: v.nullable(when),
  notes: v.array(v.string()),
  witness: v.nullable(
    v.object({
      name: v.nullable(v.string()),
      idSeen: v.string(),
      idLast3: v.nullable(v.string()),
      at: when,
      text: v.string()
    })
  )
});

/** A person's signature, with what it says and what is known of it. Null evidence: the file holds none of ours. */
const signature = v.object({
  field: v.string(),
  name: v.string(),
  level: v.string(),
  method: v.string(),
  integrity: v.string(),
  coverage: v.string(),
  /** Level of what came after it, and whether the signer allowed that. */
  after: v.object({ level: v.string(), permitted: v.boolean() }),
  trust: v.object({ status: v.string(), why: v.string() }),
  certificate: v.nullable(certificate),
  time: v.object({
    claimed: v.nullable(v.string()),
    /** `known`: by an authority under one of the reader's roots; else it is only stated. */
    proven: v.nullable(v.object({ time: v.string(), authority: v.string(), known: v.boolean() }))
  }),
  evidence: v.nullable(
    v.object({
      party: v.object({
        id: v.string(),
        role: v.string(),
        name: v.string(),
        organisation: v.string(),
        email: v.nullable(v.string()),
        phone: v.nullable(v.string())
      }),
      identity,
      key: v.object({ certificate: hash, origin: v.string(), lock: v.string() }),
      consent: v.object({
        text: v.string(),
        version: v.number(),
        language: v.string(),
        sha256: hash,
        at: when,
        button: v.string()
      }),
      values: v.record(v.string(), v.string()),
      signature: v.object({ kind: v.string(), sha256: v.nullable(hash) }),
      stampSha256: v.nullable(hash),
      device: v.object({
        time: when,
        server: v.nullable(when),
        serverAge: v.nullable(v.number()),
        online: v.boolean(),
        zone: v.string(),
        app: v.string(),
        browser: v.string()
      }),
      chain: v.nullable(v.object({ seq: countShape, hash }))
    })
  )
});

/**
 * Certificate of completion, version 1: everything that one signed file tells about itself, as a verifier read
 * it, with no server (`signing.md`, "Evidence"). It adds nothing and proves nothing by itself: the file does.
 */
export const completionSchema = v.object({
  v: v.literal(1),
  kind: v.literal('certificate-of-completion'),
  /** When the file was read for it, by the reader's clock. */
  made: when,
  file: v.object({ name: v.string(), bytes: countShape, sha256: hash }),
  document: v.nullable(
    v.object({ id: v.string(), title: v.string(), originalSha256: hash, frozenSha256: hash })
  ),
  verdict: v.string(),
  /** Places for a signature: used, and left empty. */
  places: v.object({ signed: countShape, empty: countShape }),
  signatures: v.array(signature),
  /** Time confirmed for the whole file. */
  timestamps: v.array(v.object({ time: v.string(), authority: v.string(), valid: v.boolean() })),
  /** `end`: bytes of the file up to and with this step. */
  history: v.array(
    v.object({ kind: v.string(), end: countShape, changes: countShape, signer: v.nullable(v.string()) })
  ),
  warnings: v.array(v.string())
});

export type Completion = v.InferOutput<typeof completionSchema>;
export type CompletionSignature = Completion['signatures'][number];
