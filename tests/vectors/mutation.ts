// Bytes of signed files flipped in turn: where, what for, and what the verifier must say (`contracts.md`, S3).
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { parseSignedData } from '../../src/lib/cms/signed-data.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import type { Report } from '../../src/lib/verify/report.ts';
import { findSignatures } from '../../src/lib/verify/signatures.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { NOW, other, prepared, twoParty, twoPartyStreams } from './attacks/scene.ts';
import { more, vectors } from './vectors.ts';
import { writeStream } from './write.ts';

export interface Signed {
  readonly name: string;
  make(): Promise<Uint8Array>;
}

async function signedBy(file: Uint8Array, parties: number): Promise<Uint8Array> {
  const { tails } = await signForAll(memorySource(file), parties, await loadFonts(), () => NOW);
  return concat(file, ...tails);
}

const kinds = [...vectors, ...more];

/** Tables, streams, hybrid, linearized, encrypted, turned; one, two and three parties; other software. */
export const signedFiles: readonly Signed[] = [
  ...kinds.map(({ name, make }) => ({ name, make: () => signedBy(make(), 2) })),
  ...kinds
    .slice(0, 6)
    .map(({ name, make }) => ({ name: `${name}, one party`, make: () => signedBy(make(), 1) })),
  { name: 'three parties', make: () => signedBy(kinds[0]?.make() ?? new Uint8Array(0), 3) },
  { name: 'two parties', make: twoParty },
  { name: 'object streams', make: twoPartyStreams },
  { name: 'prepared', make: () => prepared(() => undefined, writeStream) },
  { name: 'other software', make: () => other() },
  ...([1, 2, 3] as const).map((docMdp) => ({ name: `certified ${docMdp}`, make: () => other({ docMdp }) })),
  { name: 'locked', make: () => other({ locks: '/Action /All' }) }
];

const judge = (file: Uint8Array): Promise<Report> =>
  verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
const isGood = ({ verdict }: Report): boolean =>
  verdict === 'unchanged' || verdict === 'changed-as-permitted';
const known = (report: Report): string =>
  JSON.stringify([
    report.verdict,
    report.warnings,
    report.signatures.map((one) => [one.integrity, one.timestamp, one.trust])
  ]);

/** Mulberry32: the same places in every run with this seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Where a hole's value ends, and where its string does. */
interface Hole {
  readonly from: number;
  readonly value: number;
  readonly to: number;
}

function holesOf(file: Uint8Array): Hole[] {
  return findSignatures(openPdf(memorySource(file))).map(({ byteRange, contents }) => {
    const [, from = 0, to = 0] = byteRange;
    return { from, value: from + 1 + 2 * parseSignedData(contents ?? new Uint8Array(0)).length, to };
  });
}

/** What a flip at `at` must not do; null when all is well. */
async function complaint(
  file: Uint8Array,
  before: Report,
  holes: readonly Hole[],
  at: number,
  by: number
): Promise<string | null> {
  const copy = Uint8Array.from(file);
  copy[at] = (copy[at] ?? 0) ^ by;
  const after = await judge(copy);
  if (after.error?.code === 'internal') return `internal error: ${after.error.message}`;
  const hole = holes.find(({ from, to }) => at >= from && at < to);
  // A later signature covers the holes of those before it.
  const covering = before.signatures.filter(
    ({ byteRange: [, b = 0, c = 0, d = 0] }) => at < b || (at >= c && at < c + d)
  );
  for (const { field } of covering) {
    const now = after.signatures.find((one) => one.field === field);
    if (now?.integrity === 'intact') return `the signature in ${field} covers it and is still intact`;
  }
  if (covering.length > 0) return isGood(after) ? `covered, and the file is ${after.verdict}` : null;
  if (hole === undefined) return isGood(after) ? 'outside of everything, and nothing is said' : null;
  const [old, now] = [file[at] ?? 0, copy[at] ?? 0];
  const digit = (code: number): number => Number.parseInt(String.fromCharCode(code), 16);
  if (digit(old) === digit(now))
    return known(after) === known(before) ? null : 'hex case alone changed the answer';
  if (at >= hole.value && at < hole.to - 1 && !Number.isNaN(digit(now)))
    return isGood(after) && after.warnings.some(({ code }) => code === 'contents-padding')
      ? null
      : 'padding is not warned about';
  return isGood(after) && known(after) === known(before) ? 'the value changed and nothing is said' : null;
}

/** Flips `count` bytes of a file, every second one in a hole; says what went wrong. */
export async function mutate({ make }: Signed, seed: number, count: number): Promise<string[]> {
  const file = await make();
  const before = await judge(file);
  if (!isGood(before)) return [`${before.verdict} before anything was flipped`];
  const holes = holesOf(file);
  const below = numbers(seed);
  const found: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const hole = holes[below(holes.length)];
    const inside = i % 2 === 1 && hole !== undefined;
    const at = inside ? hole.from + below(hole.to - hole.from) : below(file.length);
    const by = below(4) === 0 ? 0x20 : 1 << below(8);
    const said = await complaint(file, before, holes, at, by);
    if (said !== null) found.push(`byte ${at} by ${by}: ${said}`);
  }
  return found;
}
