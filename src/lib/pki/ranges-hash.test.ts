import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import type { HashName, HashRequest } from './check.ts';
import { hashPrefix, streamDigests } from './ranges-hash.ts';

const FILE = Uint8Array.from({ length: 3000 }, (_, i) => (i * 31) ^ (i >> 3));
const NODE: Partial<Record<HashName, string>> = {
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  'SHA-1': 'sha1',
  'SHA3-256': 'sha3-256'
};

function expected({ hash, ranges }: HashRequest): string {
  const running = createHash(NODE[hash] ?? '');
  for (const [offset, size] of ranges) running.update(FILE.subarray(offset, offset + size));
  return running.digest('hex');
}

/** Counts how often each byte is read. */
function counted(): { read: (offset: number, size: number) => Promise<Uint8Array>; bytes: () => number } {
  let total = 0;
  return {
    read: (offset, size) => {
      total += size;
      return Promise.resolve(FILE.subarray(offset, offset + size));
    },
    bytes: () => total
  };
}

describe('digests in one reading', () => {
  test('signatures that begin alike and the whole file read each byte once', async () => {
    const requests: HashRequest[] = [
      { hash: 'SHA-256', ranges: [[0, 3000]] },
      { hash: 'SHA-256', ranges: [[0, 500], [600, 400]] }, // prettier-ignore
      { hash: 'SHA-512', ranges: [[0, 1500], [1700, 1300]] }, // prettier-ignore
      { hash: 'SHA-256', ranges: [[0, 1500], [1700, 1300]] } // prettier-ignore
    ];
    const source = counted();
    const digests = await streamDigests(source.read, requests);
    expect(digests.map(toHex)).toEqual(requests.map(expected));
    expect(source.bytes()).toBe(3000);
  });

  test('any ranges, also empty, overlapping or backwards, are hashed in their order', async () => {
    const range = fc
      .tuple(fc.nat(3000), fc.nat(3000))
      .map(([a, b]) => [Math.min(a, b), Math.abs(a - b)] as const);
    const request = fc.record({
      hash: fc.constantFrom<HashName>('SHA-256', 'SHA-512', 'SHA-1', 'SHA3-256'),
      ranges: fc.array(range, { maxLength: 4 })
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (requests) => {
        const digests = await streamDigests(counted().read, requests);
        expect(digests.map(toHex)).toEqual(requests.map(expected));
      })
    );
  });

  test('a prefix is read once and finished twice', async () => {
    const source = counted();
    const prefix = await hashPrefix(source.read, 'SHA-256', 2000);
    const [a, b] = [FILE.subarray(2000, 2100), FILE.subarray(2100, 2500)];
    expect(toHex(await prefix.digest(a, b))).toBe(expected({ hash: 'SHA-256', ranges: [[0, 2500]] }));
    expect(toHex(await prefix.digest(b))).toBe(
      expected({ hash: 'SHA-256', ranges: [[0, 2000], [2100, 400]] }) // prettier-ignore
    );
    expect(source.bytes()).toBe(2000);
  });
});
