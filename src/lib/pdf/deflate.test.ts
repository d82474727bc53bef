import fc from 'fast-check';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { deflate } from './deflate.ts';

const back = (data: Uint8Array) => Uint8Array.from(inflateSync(deflate(data)));

test('zlib gives back what went in: nothing, one byte, runs, text, noise', () => {
  const text = new TextEncoder().encode('The fee is 1200.00 EUR a month. '.repeat(300));
  const noise = Uint8Array.from({ length: 70_000 }, (_, i) => (Math.imul(i + 7, 2654435761) >>> 13) & 255);
  for (const data of [new Uint8Array(0), Uint8Array.of(7), new Uint8Array(100_000), text, noise]) {
    expect(back(data)).toEqual(data);
  }
});

test('any bytes survive', () => {
  const some = fc.uint8Array({ maxLength: 3000 });
  const few = fc.array(fc.constantFrom(0, 1, 65), { maxLength: 5000 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(fc.oneof(some, few), (data) => {
      expect(back(data)).toEqual(data);
    }),
    { numRuns: 200 }
  );
});

test('frequencies that ask for codes above 15 bits are limited', () => {
  // Fibonacci counts make the deepest Huffman tree.
  const counts = [1, 1];
  while (counts.length < 24) counts.push((counts.at(-1) ?? 0) + (counts.at(-2) ?? 0));
  const data = Uint8Array.from(counts.flatMap((count, symbol) => new Array<number>(count).fill(symbol * 9)));
  let state = 1;
  for (let i = data.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [data[i], data[j]] = [data[j] ?? 0, data[i] ?? 0];
  }
  expect(back(data)).toEqual(data);
});

test('zeros and text get small', () => {
  expect(deflate(new Uint8Array(100_000)).length).toBeLessThan(150);
  const text = new TextEncoder().encode('BT /F0 10 Tf 1 0 0 1 2 4 Tm <0024> Tj ET\n'.repeat(50));
  expect(deflate(text).length).toBeLessThan(90);
});
