import * as v from 'valibot';
import { countShape, hashShape } from './shapes.ts';

/**
 * The server's signed word that it accepted an action (`security.md` E3), kind `receipt`, compact JWS with the
 * statement key's certificate. `seq` and `eventHash`: the head of the document's chain after the action.
 */
export const receiptSchema = v.object({
  v: v.literal(1),
  workspace: v.string(),
  epoch: v.string(),
  document: v.string(),
  seq: countShape,
  eventHash: hashShape,
  actionId: v.string(),
  /** Of the canonical `[kind, document, baseVersion, payload]`. */
  actionSha256: hashShape,
  /** The file that came with it. */
  blobSha256: v.nullable(hashShape),
  at: countShape
});
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** A place in a document's chain that somebody was told of. */
export interface ChainHead {
  readonly document: string;
  readonly seq: number;
  readonly hash: string;
}

/** The server's signed word about heads (kind `heads`): with each page of `changes`, and with an export. */
export const headsSchema = v.object({
  v: v.literal(1),
  workspace: v.string(),
  epoch: v.string(),
  at: countShape,
  heads: v.array(v.object({ document: v.string(), seq: countShape, hash: hashShape }))
});
export type Heads = v.InferOutput<typeof headsSchema>;

/** A head under the epoch in which it was told. */
export interface HeldHead extends ChainHead {
  readonly epoch: string;
}

/** Two different hashes for one place in one epoch: the server told two histories (E3). */
export interface Equivocation {
  readonly document: string;
  readonly epoch: string;
  readonly seq: number;
  readonly hashes: readonly [string, string];
}

/** The first place for which two of these heads contradict each other; null when there is none. */
export function equivocation(heads: readonly HeldHead[]): Equivocation | null {
  const known = new Map<string, string>();
  for (const { epoch, document, seq, hash } of heads) {
    const place = `${epoch} ${document} ${seq}`;
    const other = known.get(place);
    if (other !== undefined && other !== hash) return { document, epoch, seq, hashes: [other, hash] };
    known.set(place, hash);
  }
  return null;
}

/** How a head that the server tells now stands to the last one it told (`security.md` R4). */
export function headAfter(known: HeldHead | null, told: HeldHead): 'fine' | 'went-back' | 'other-history' {
  if (known === null || known.epoch !== told.epoch) return 'fine';
  if (told.seq < known.seq) return 'went-back';
  return told.seq === known.seq && told.hash !== known.hash ? 'other-history' : 'fine';
}
