import { expect, test } from 'vitest';
import { hashBytes } from './hash.ts';
import { hashBlob, hashesOfBlob } from './provider-web.ts';

test('a large file is hashed in pieces', async () => {
  const bytes = new Uint8Array(33 * 1024 * 1024).fill(5);
  const digest = await hashBlob(new Blob([bytes]), 'SHA-256');
  expect(digest).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  const [start] = await hashesOfBlob(new Blob([bytes]))([{ hash: 'MD5', ranges: [[0, 10]] }]);
  expect(start).toEqual(hashBytes('MD5', bytes.subarray(0, 10)));
}, 30_000);
