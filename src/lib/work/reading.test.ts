// A file is read once for everything that a task wants to know of it.
import { afterEach, expect, test, vi } from 'vitest';
import { vector } from '../../../tests/vectors/vectors.ts';
import { columnLayout } from '../../cli/column.ts';
import { loadFonts } from '../../cli/fonts.ts';
import { freshKey, sampleInput } from '../../cli/signing.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { toHex } from '../bytes/hex.ts';
import { openPdf } from '../pdf/document.ts';
import { hashBytes } from '../pki/hash.ts';
import { webProvider } from '../pki/provider-web.ts';
import { freeze } from '../sign/freeze.ts';
import type { Report } from '../verify/report.ts';
import { runTask, type Surroundings } from './pdf-tasks.ts';
import type { Signed } from './protocol.ts';

const now = Date.UTC(2030, 0, 1);
const key = await freshKey('Party A', now);
const fonts = await loadFonts();
const around: Surroundings = {
  open: () => {
    throw new Error('a file of this size is not read in pieces');
  },
  withFonts: async (draw) => draw(fonts),
  prepareFonts: async () => undefined,
  now: () => now,
  provider: webProvider,
  sign: key.sign,
  stamp: () => Promise.resolve(null),
  random: (count) => crypto.getRandomValues(new Uint8Array(count))
};
const plain = concat(
  vector('xref-table'),
  Uint8Array.from({ length: 400_000 }, () => 10)
);
const layout = columnLayout(openPdf(memorySource(plain)), 1);
const frozen = new Blob([Uint8Array.from(concat(plain, freeze(openPdf(memorySource(plain)), layout)))]);

/** Counts digests by the platform over as much as the file, and readings of Blobs. */
function counted(): { digests: () => number; readings: () => number } {
  const digest = vi.spyOn(crypto.subtle, 'digest');
  const reading = vi.spyOn(Blob.prototype, 'arrayBuffer');
  return {
    digests: () => digest.mock.calls.filter(([, data]) => data.byteLength >= plain.length).length,
    readings: () => reading.mock.calls.length
  };
}
afterEach(() => vi.restoreAllMocks());

async function sign(stampSide = 0): Promise<Signed> {
  const sample = sampleInput(layout, 'A', key.certificate, now);
  let noise = 1;
  const rgb = Uint8Array.from({ length: stampSide ** 2 * 3 }, () => {
    noise = (Math.imul(noise, 1_103_515_245) + 12_345) | 0;
    return noise >>> 16;
  });
  const picture = { kind: 'rgb', width: stampSide, height: stampSide, rgb, alpha: null } as const;
  const stamps =
    stampSide === 0
      ? sample.stamps
      : Object.fromEntries(Object.keys(sample.stamps).map((name) => [name, picture]));
  const task = { kind: 'sign', file: frozen, input: { ...sample, stamps }, timestampRoom: 0 } as const;
  return (await runTask(task, around)) as Signed;
}

test('signing reads the file once, digests what is covered, and the signed file for its name', async () => {
  const count = counted();
  const { blob, sha256, report } = await sign();
  expect(count.readings()).toBe(1);
  expect(count.digests()).toBe(2);
  expect(report.verdict).toBe('unchanged');
  expect(sha256).toBe(toHex(hashBytes('SHA-256', new Uint8Array(await blob.arrayBuffer()))));
});

test('a revision that is larger than the room for it is signed all the same', async () => {
  const { blob, size, sha256, report } = await sign(300);
  expect(size - frozen.size).toBeGreaterThan(100_000);
  expect(report.verdict).toBe('unchanged');
  expect(sha256).toBe(toHex(hashBytes('SHA-256', new Uint8Array(await blob.arrayBuffer()))));
});

test('verifying reads the file once and makes each digest once', async () => {
  const { blob } = await sign();
  const count = counted();
  const task = { kind: 'verify', name: 'contract.pdf', file: blob, options: {} } as const;
  const report = (await runTask(task, around)) as Report;
  expect(count.readings()).toBe(1);
  expect(count.digests()).toBe(2);
  expect(report.verdict).toBe('unchanged');
});
