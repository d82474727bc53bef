import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { latin1 } from '../../../tests/vectors/draft.ts';
import { type TwoParties, judge, signedByTwo, warned } from '../../../tests/vectors/two-parties.ts';
import { equalBytes as sameBytes } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { parseSignedData } from '../cms/signed-data.ts';
import { openPdf } from '../pdf/document.ts';
import type { Report } from './report.ts';
import { findSignatures } from './signatures.ts';

let contract: TwoParties['contract'];
let original: TwoParties['original'];
let ends: TwoParties['ends'];
beforeAll(async () => {
  ({ contract, original, ends } = await signedByTwo());
});

/** An ECDSA value takes two bytes more or less: one whose room is not filled to the last. */
async function paddedContract(): Promise<Uint8Array> {
  for (let file = contract; ; file = (await signedByTwo(original)).contract) {
    const [, newest] = findSignatures(openPdf(memorySource(file)));
    const contents = newest?.contents ?? new Uint8Array(0);
    if (parseSignedData(contents).length < contents.length - 1) return file;
  }
}

describe('one flipped byte (security S3)', () => {
  test('outside the holes it is broken, wherever it is', async () => {
    const [, , hole = 0] = (await judge(contract)).signatures[0]?.byteRange ?? [];
    const places = [
      12,
      200,
      original.length - 20,
      (ends[0] ?? 0) - 30,
      hole - 1 + 200,
      (ends[1] ?? 0) + 100,
      contract.length - 4
    ];
    for (const at of places) {
      const broken = Uint8Array.from(contract);
      broken[at] = (broken[at] ?? 0) ^ 1;
      const { verdict } = await judge(broken);
      expect(['broken', 'changed', 'unreadable'], `byte ${at}`).toContain(verdict);
    }
  });

  test('inside the hole it breaks the signature, or stands in the padding and is warned about', async () => {
    const signed = await paddedContract();
    const [, from = 0, to = 0] = (await judge(signed)).signatures[1]?.byteRange ?? [];
    const flipped = (at: number, by: string): Promise<Report> => {
      const file = Uint8Array.from(signed);
      file.set(latin1(by), at);
      return judge(file);
    };
    const value = await flipped(from + 41, signed[from + 41] === 0x30 ? '1' : '0');
    expect(['broken', 'changed-as-permitted']).toContain(value.verdict);
    const padding = await flipped(to - 3, '5');
    expect(padding.verdict).toBe('changed-as-permitted');
    expect(warned(padding)).toEqual(['contents-padding']);
    const bracket = await flipped(to - 1, '0');
    expect(['changed', 'broken', 'unreadable']).toContain(bracket.verdict);
  });

  test('whatever is done to covered bytes, the file is never called fine, and the program never falls over', async () => {
    const holes = (await judge(contract)).signatures.map(
      ({ byteRange: [, from = 0, to = 0] }) => [from, to] as const
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(contract.length - 1), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 3
        }),
        async (edits) => {
          const file = Uint8Array.from(contract);
          for (const [at, by] of edits) file[at] = (file[at] ?? 0) ^ by;
          const report = await judge(file);
          expect(report.error?.code).not.toBe('internal');
          const covered = edits.some(([at]) => !holes.some(([from, to]) => at >= from && at < to));
          if (covered && !sameBytes(file, contract))
            expect(['unchanged', 'changed-as-permitted']).not.toContain(report.verdict);
        }
      ),
      { numRuns: 120 }
    );
  });
});

describe('cut inside a revision', () => {
  test('is named, and never called unchanged', async () => {
    const [frozen = 0, first = 0, second = 0] = ends;
    for (const end of [first + 1000, second - 1, second - 8, second - 40, first + 40]) {
      const report = await judge(contract.subarray(0, end));
      if (end === second - 1)
        expect([report.verdict, warned(report)[0]]).toEqual(['broken', 'cut-inside-revision']);
      else
        expect([report.verdict, warned(report)], `cut at ${end}`).toEqual([
          'changed',
          ['cut-inside-revision', 'empty-signature-field']
        ]);
    }
    const early = await judge(contract.subarray(0, frozen + 300));
    expect([early.verdict, warned(early)]).toEqual(['unsigned', ['cut-inside-revision']]);
  });
});
