import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, expect, test } from 'vitest';
import { readPicture } from './picture-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-picture-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (bytes: Uint8Array): string => {
  const path = join(folder, 'picture');
  writeFileSync(path, bytes);
  return path;
};
const png = (pixels: readonly number[]): Buffer => {
  const picture = new PNG({ width: 2, height: 1 });
  picture.data = Buffer.from(pixels);
  return PNG.sync.write(picture);
};

test('a PNG gives its colours and its transparency', () => {
  expect(readPicture(file(png([1, 2, 3, 255, 4, 5, 6, 128])))).toEqual({
    kind: 'rgb',
    width: 2,
    height: 1,
    rgb: Uint8Array.of(1, 2, 3, 4, 5, 6),
    alpha: Uint8Array.of(255, 128)
  });
  expect(readPicture(file(png([1, 2, 3, 255, 4, 5, 6, 255])))).toMatchObject({ alpha: null });
});

test('a JPEG goes in as it is', () => {
  const bytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 3, 0, 5, 1, 1, 0x11, 0, 0xff, 0xd9);
  expect(readPicture(file(bytes))).toEqual({ kind: 'jpeg', bytes, width: 5, height: 3 });
});

test('what is neither, is broken or too large is refused', () => {
  const image = expect.objectContaining({ code: 'image' }) as Error;
  expect(() => readPicture(file(Uint8Array.of(1, 2, 3)))).toThrow(image);
  expect(() => readPicture(file(png([0, 0, 0, 0, 0, 0, 0, 0]).subarray(0, 40)))).toThrow(image);
  const giant = png([0, 0, 0, 0, 0, 0, 0, 0]);
  giant.writeUInt32BE(100_000, 16);
  giant.writeUInt32BE(100_000, 20);
  const limit = expect.objectContaining({ code: 'limit' }) as Error;
  expect(() => readPicture(file(giant))).toThrow(limit);
});
