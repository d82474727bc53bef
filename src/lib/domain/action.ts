import * as v from 'valibot';
import { DEVICE_EVENTS } from './event.ts';
import { ID_PATTERN } from './id.ts';
import { MAIL_PATTERN, PHONE_PATTERN } from './party.ts';

const id = v.pipe(v.string(), v.regex(ID_PATTERN));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** Names and titles: no controls, line breaks or bidi overrides (`security.md` M2). */
const line = (max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(max),
    // eslint-disable-next-line no-control-regex -- the rule is about control characters
    v.regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/)
  );
/** A few words to the parties: lines, but no other controls and no bidi overrides (`security.md` M2). */
const greeting = v.pipe(
  v.string(),
  v.maxLength(500),
  // eslint-disable-next-line no-control-regex -- the rule is about control characters
  v.regex(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/)
);
const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-20_000), v.maxValue(20_000));

const boxSchema = v.object({
  page: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20_000)),
  x: coordinate,
  y: coordinate,
  w: coordinate,
  h: coordinate
});

/** Names come from files of others; only their length is ours to say. */
const existingSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000)),
  type: v.picklist(['text', 'checkbox', 'radio', 'choice', 'signature']),
  places: v.exactOptional(v.pipe(v.array(boxSchema), v.maxLength(200), v.readonly())),
  states: v.exactOptional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(201), v.readonly())
  ),
  labels: v.exactOptional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(1_000), v.readonly())
  ),
  value: v.exactOptional(v.pipe(v.string(), v.maxLength(20_000))),
  maxLength: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))),
  multiline: v.exactOptional(v.boolean()),
  comb: v.exactOptional(v.boolean()),
  editable: v.exactOptional(v.boolean())
});

const ownOptions = v.pipe(v.array(line(200)), v.maxLength(100));
const existingOptions = v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(1_000));
const NEW_NAME = /^cs-[A-Z]{1,2}-[a-z]+-\d+$/;

const anyField = v.object({
  id,
  party: id,
  kind: v.picklist(['signature', 'stamp', 'initials', 'text', 'date', 'number', 'choice', 'checkbox']),
  box: boxSchema,
  label: line(200),
  required: v.boolean(),
  options: v.exactOptional(existingOptions),
  fontSize: v.exactOptional(v.pipe(v.number(), v.minValue(2), v.maxValue(144))),
  group: v.exactOptional(v.pipe(v.string(), v.maxLength(40))),
  existing: v.exactOptional(existingSchema),
  name: v.exactOptional(v.pipe(v.string(), v.maxLength(1_000)))
});

/** A field's name is its own, or that of the existing field that it is. */
export const fieldSchema = v.pipe(
  anyField,
  v.check(({ name, existing }) => {
    if (name === undefined) return true;
    return existing === undefined ? NEW_NAME.test(name) : name === existing.name;
  }, 'a name that is not of this field'),
  v.check(
    ({ existing, options }) =>
      options === undefined || existing !== undefined || v.safeParse(ownOptions, options).success,
    'options as nobody can show them'
  )
);

const person = {
  name: line(120),
  organisation: line(120),
  email: v.exactOptional(v.pipe(v.string(), v.maxLength(254))),
  phone: v.exactOptional(v.pipe(v.string(), v.maxLength(20)))
};

export const partyDraftSchema = v.object({
  id,
  order: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(25)),
  kind: v.picklist(['company', 'client', 'witness', 'viewer']),
  ...person,
  channel: v.picklist(['email', 'sms', 'hand']),
  proof: v.picklist(['none', 'email', 'sms', 'staff', 'in-person']),
  language: v.pipe(v.string(), v.maxLength(20)),
  member: v.nullable(id)
});

/** Somebody who is reached by a link: in place of a party, or a party at another address. */
const reachedSchema = v.pipe(
  v.object({ ...person, channel: v.picklist(['email', 'sms']) }),
  v.check(({ name }) => name.trim() !== '', 'a person needs a name'),
  v.check(
    ({ channel, email, phone }) =>
      channel === 'email' ? MAIL_PATTERN.test(email ?? '') : PHONE_PATTERN.test(phone ?? ''),
    'an address that fits the channel'
  )
);

/** UTC milliseconds; 0: never. */
const deadline = v.pipe(v.number(), v.integer(), v.minValue(0));

const draftSchema = v.object({
  title: line(120),
  data: v.object({ counterparty: line(120), number: line(60), date: line(10), amount: line(60) }),
  parties: v.pipe(v.array(partyDraftSchema), v.maxLength(26)),
  fields: v.pipe(v.array(fieldSchema), v.maxLength(2_000)),
  original: v.nullable(sha256),
  template: v.nullable(
    v.object({ id: v.string(), version: v.number(), values: v.record(v.string(), v.unknown()) })
  )
});

const revisionSchema = v.object({
  seq: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256,
  size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  prevSha256: sha256
});

/**
 * Payload by kind of action. The same schemas are checked in the page and in the server's hooks.
 * Blobs an action names (`original`, `revision.sha256`) are sent before it (`PUT blobs/{sha256}`).
 */
export const payloadSchemas = {
  /** A new draft. */
  'document.create': draftSchema,
  /** A draft, whole, in place of the former. */
  'document.save': draftSchema,
  /** The layout as it is in `revision` seq 0; `prevSha256` is the original's. Fields carry their names. */
  'document.freeze': v.object({ ...draftSchema.entries, revision: revisionSchema }),
  /**
   * Hands it to the first party: stage leaves draft, messages go out, with the sender's own words. Without
   * `expires` it ends as the workspace plans.
   */
  'document.send': v.object({ message: v.exactOptional(greeting), expires: v.exactOptional(deadline) }),
  /** A party's signature revision; `party` must have the turn. */
  'document.sign': v.object({
    party: id,
    revision: revisionSchema,
    /** What the device tells of the time before (`event.ts`), signed by the key that signs the revision. */
    events: v.exactOptional(v.pipe(v.string(), v.maxLength(DEVICE_EVENTS.length)))
  }),
  'document.decline': v.object({ party: id, reason: v.pipe(v.string(), v.maxLength(500)) }),
  'document.void': v.object({ reason: v.pipe(v.string(), v.maxLength(500)) }),
  /** Another day on which an open document ends by itself. */
  'document.extend': v.object({ expires: deadline }),
  /** The party that has the turn hands it to somebody else, where the workspace allows it. */
  'document.delegate': v.object({ party: id, to: reachedSchema }),
  /** Another name or address of a party that has not signed: what it was sent before is void. */
  'party.update': v.object({ party: id, to: reachedSchema }),
  /** Asks the party that has the turn once more, by a new link. */
  'party.remind': v.object({ party: id }),
  /** Removes a draft that was never frozen. */
  'document.delete': v.object({})
} as const;

/**
 * Kinds that leave the document's version alone, and that are taken at any version: who is asked and until when is
 * no part of what is signed, so a signature made meanwhile still fits (last writer wins).
 */
export const VERSIONLESS: readonly string[] = [
  'document.extend',
  'document.delegate',
  'party.update',
  'party.remind'
];

export type ActionKind = keyof typeof payloadSchemas;
export type Reached = v.InferOutput<typeof reachedSchema>;
export type Payload<K extends ActionKind> = v.InferOutput<(typeof payloadSchemas)[K]>;
export type DraftPayload = v.InferOutput<typeof draftSchema>;

/** As it is sent: `id` makes it idempotent, `baseVersion` is the document's version it was made on. */
export interface WireAction<K extends ActionKind = ActionKind> {
  readonly id: string;
  readonly v: 1;
  readonly kind: K;
  readonly document: string;
  readonly baseVersion: number;
  readonly payload: Payload<K>;
  /** Device time, UTC milliseconds. */
  readonly at: number;
}

export const wireActionSchema = v.object({
  id,
  v: v.literal(1),
  kind: v.picklist(Object.keys(payloadSchemas) as ActionKind[]),
  document: id,
  baseVersion: v.pipe(v.number(), v.integer(), v.minValue(0)),
  payload: v.record(v.string(), v.unknown()),
  at: v.pipe(v.number(), v.integer())
});

/** SHA-256 names of the blobs that must be on the server before the action is. */
export function blobsOf(action: Pick<WireAction, 'kind' | 'payload'>): string[] {
  const payload = action.payload as { original?: string | null; revision?: { sha256: string } };
  const blobs: string[] = [];
  if (payload.original) blobs.push(payload.original);
  if (payload.revision) blobs.push(payload.revision.sha256);
  return blobs;
}
