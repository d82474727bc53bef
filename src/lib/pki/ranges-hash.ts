import type { HashName, HashRequest } from './check.ts';
import { startHash, type ForkableHash, type RunningHash } from './hash.ts';

/** Reads `size` bytes from `offset` of the file that is hashed; RangeError when they are not there. */
export type ReadPiece = (offset: number, size: number) => Promise<Uint8Array>;

/** A digest in the making that can be continued in two ways. */
interface Forkable {
  readonly running: RunningHash;
  fork(): Promise<Forkable>;
}

const PIECE = 4 * 1024 * 1024;

/** hash-wasm where it has the algorithm (loaded when first needed), noble otherwise. */
async function start(name: HashName, state?: Uint8Array): Promise<Forkable> {
  if (name !== 'SHA-1' && name !== 'SHA-256' && name !== 'SHA-384' && name !== 'SHA-512')
    return slow(startHash(name));
  const wasm = await import('hash-wasm');
  const make = {
    'SHA-1': wasm.createSHA1,
    'SHA-256': wasm.createSHA256,
    'SHA-384': wasm.createSHA384,
    'SHA-512': wasm.createSHA512
  };
  const hasher = await make[name]();
  hasher.init();
  if (state !== undefined) hasher.load(state);
  return {
    running: { update: (bytes) => hasher.update(bytes), digest: () => hasher.digest('binary') },
    fork: () => start(name, hasher.save())
  };
}

const slow = (running: ForkableHash): Forkable => ({
  running,
  fork: () => Promise.resolve(slow(running.clone()))
});

type Range = readonly [number, number];

/** The same bytes in fewer ranges: nothing empty, neighbours joined. */
function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const [offset, length] of ranges) {
    const last = all[all.length - 1];
    if (length === 0) continue;
    if (last !== undefined && last[0] + last[1] === offset) all[all.length - 1] = [last[0], last[1] + length];
    else all.push([offset, length]);
  }
  return all;
}

const isAscending = (ranges: readonly Range[]): boolean =>
  ranges.every((range, i) => {
    const before = ranges[i - 1];
    return before === undefined || before[0] + before[1] <= range[0];
  });

/** Requests of one algorithm whose hashed bytes were the same so far. */
interface Group {
  state: Forkable;
  members: number[];
}

/**
 * Digests over ranges of one file in one reading of it: requests that begin alike (the signatures of a file
 * all begin at 0) share the state until they part. Pieces of 4 MB, so a large file is never in memory.
 * Answers stand in the order of the requests. RangeError when a range reaches behind the end.
 */
export async function streamDigests(
  read: ReadPiece,
  requests: readonly HashRequest[]
): Promise<Uint8Array[]> {
  const ranges = requests.map((request) => joined(request.ranges));
  const together = requests.map((_, i) => i).filter((i) => isAscending(ranges[i] ?? []));
  const answers: Uint8Array[] = [];
  const names = [...new Set(together.map((i) => requests[i]?.hash ?? 'SHA-256'))];
  const groups: Group[] = await Promise.all(
    names.map(async (name) => ({
      state: await start(name),
      members: together.filter((i) => requests[i]?.hash === name)
    }))
  );
  const edges = together.flatMap((i) => ranges[i] ?? []).flatMap(([at, length]) => [at, at + length]);
  const cuts = [...new Set(edges)].sort((a, b) => a - b);
  for (let cut = 1; cut < cuts.length; cut += 1) {
    const from = cuts[cut - 1] ?? 0;
    const to = cuts[cut] ?? from;
    const wants = (i: number): boolean =>
      (ranges[i] ?? []).some(([at, length]) => at <= from && to <= at + length);
    const fed = await part(groups, wants);
    if (fed.length > 0) await feed(read, from, to, fed);
  }
  for (const { state, members } of groups) {
    const digest = state.running.digest();
    for (const i of members) answers[i] = digest;
  }
  for (let i = 0; i < requests.length; i += 1)
    answers[i] ??= await inOrder(read, requests[i]?.hash ?? 'SHA-256', ranges[i] ?? []);
  return answers;
}

/** Splits groups where only some members want the next bytes; returns the states that do. */
async function part(groups: Group[], wants: (member: number) => boolean): Promise<RunningHash[]> {
  const fed: RunningHash[] = [];
  for (const group of [...groups]) {
    const taking = group.members.filter(wants);
    if (taking.length === 0) continue;
    if (taking.length === group.members.length) fed.push(group.state.running);
    else {
      const state = await group.state.fork();
      group.members = group.members.filter((i) => !taking.includes(i));
      groups.push({ state, members: taking });
      fed.push(state.running);
    }
  }
  return fed;
}

/** Reads the next piece while the last one is hashed. */
async function feed(read: ReadPiece, from: number, to: number, fed: readonly RunningHash[]): Promise<void> {
  const piece = (at: number): Promise<Uint8Array> => read(at, Math.min(PIECE, to - at));
  let coming = piece(from);
  for (let at = from; at < to; at += PIECE) {
    const bytes = await coming;
    if (at + PIECE < to) coming = piece(at + PIECE);
    for (const running of fed) running.update(bytes);
  }
}

/** Ranges that overlap or go back, as only a made-up /ByteRange has them: one after the other. */
async function inOrder(read: ReadPiece, name: HashName, ranges: readonly Range[]): Promise<Uint8Array> {
  const { running } = await start(name);
  for (const [offset, length] of ranges) await feed(read, offset, offset + length, [running]);
  return running.digest();
}

/** The digest of a file whose end is not known yet: read once, then finished in several ways. */
export interface SharedPrefix {
  /** Digest of the file followed by these pieces. */
  digest(...pieces: readonly Uint8Array[]): Promise<Uint8Array>;
}

/** Reads the first `size` bytes once. */
export async function hashPrefix(read: ReadPiece, name: HashName, size: number): Promise<SharedPrefix> {
  const state = await start(name);
  await feed(read, 0, size, [state.running]);
  return {
    digest: async (...pieces) => {
      const { running } = await state.fork();
      for (const piece of pieces) running.update(piece);
      return running.digest();
    }
  };
}
