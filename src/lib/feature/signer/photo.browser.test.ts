import { describe, expect, it, vi } from 'vitest';
import { AVIF, avifOf } from '../../../../tests/vectors/avif.ts';
import { kindOfPhoto, PhotoError, pictureOf, rasterOf, readPhoto } from './photo.ts';

async function pngOf(width: number, height: number, colour = 'rgb(10, 20, 200)'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context) {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part))
  );
const trouble = (file: Blob) =>
  readPhoto(file).then(
    () => 'read',
    (error: unknown) => (error instanceof PhotoError ? error.code : error)
  );

describe('readPhoto', () => {
  it('gives the pixels of a PNG', async () => {
    const raster = await readPhoto(await pngOf(40, 20));
    expect([raster.width, raster.height]).toEqual([40, 20]);
    expect([...raster.rgba.subarray(0, 4)]).toEqual([10, 20, 200, 255]);
  });

  it('makes a large photo smaller and keeps its shape', async () => {
    const raster = await readPhoto(await pngOf(2400, 1200));
    expect([raster.width, raster.height]).toEqual([800, 400]);
  });

  it('refuses with a reason that a person can act on', async () => {
    const heic = bytes([0, 0, 0, 24], 'ftypheic', [0, 0, 0, 0], 'mif1heic');
    expect(await trouble(new Blob([heic]))).toBe('heic');
    expect(await trouble(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']))).toBe('svg');
    expect(await trouble(new Blob(['\n<?xml version="1.0"?><svg/>'], { type: 'image/png' }))).toBe('svg');
    expect(await trouble(new Blob(['%PDF-1.7']))).toBe('type');
    expect(await trouble(new Blob([bytes([0x89], 'PNG\r\n\x1a\n', 'no picture')]))).toBe('unreadable');
    expect(await trouble(new Blob([new Uint8Array(41 * 1024 * 1024)]))).toBe('large');
    // Sixty-four thousand pixels each way in a few bytes: told by the header, never unpacked.
    const bomb = bytes(
      [0x89],
      'PNG\r\n\x1a\n',
      [0, 0, 0, 13],
      'IHDR',
      [0, 0, 250, 0, 0, 0, 250, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0]
    );
    expect(await trouble(new Blob([bomb]))).toBe('large');
  });

  it('reads an AVIF, and counts what its header says before it is unpacked', async () => {
    const red = await readPhoto(new Blob([Uint8Array.from(AVIF)]));
    expect([red.width, red.height]).toEqual([20, 12]);
    expect(red.rgba[0]).toBeGreaterThan(150);
    const decode = vi.spyOn(globalThis, 'createImageBitmap');
    expect(await trouble(new Blob([avifOf(8_001, 8_000)]))).toBe('large');
    expect(decode).not.toHaveBeenCalled();
    decode.mockRestore();
  });

  it('knows pictures by their bytes, not their names', () => {
    expect(kindOfPhoto(bytes([0xff, 0xd8, 0xff, 0xe1]))).toBe('decodable');
    expect(kindOfPhoto(bytes('RIFF', [1, 0, 0, 0], 'WEBPVP8 '))).toBe('decodable');
    expect(kindOfPhoto(bytes([0, 0, 0, 28], 'ftypavif'))).toBe('decodable');
    expect(kindOfPhoto(bytes('MZ'))).toBe('unknown');
  });
});

describe('pictureOf', () => {
  it('parts colour from transparency and back', () => {
    const rgba = new Uint8ClampedArray([10, 20, 30, 255, 40, 50, 60, 128]);
    const picture = pictureOf({ width: 2, height: 1, rgba });
    expect(picture).toMatchObject({ kind: 'rgb', width: 2, height: 1 });
    expect(rasterOf(picture)?.rgba).toEqual(rgba);
  });

  it('has no alpha when everything is opaque, and no colour where nothing is seen', () => {
    const opaque = pictureOf({ width: 1, height: 1, rgba: new Uint8ClampedArray([1, 2, 3, 255]) });
    expect(opaque).toMatchObject({ alpha: null });
    const clear = pictureOf({ width: 1, height: 1, rgba: new Uint8ClampedArray([9, 9, 9, 0]) });
    expect(clear.kind === 'rgb' && [...clear.rgb]).toEqual([0, 0, 0]);
  });
});
