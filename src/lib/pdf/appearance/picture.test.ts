import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { vector } from '../../../../tests/vectors/vectors.ts';
import { concat } from '../../bytes/concat.ts';
import { memorySource } from '../../bytes/source.ts';
import { Appender } from '../append.ts';
import { openPdf } from '../document.ts';
import { PdfName, PdfStream } from '../objects.ts';
import { contain, fillDrawing } from './drawing.ts';
import { appearance, canvasOf } from './form.ts';
import { addPicture, jpegHeader, pictureDigest, showPicture, type Pixels } from './picture.ts';

const rgb: Pixels = {
  kind: 'rgb',
  width: 2,
  height: 2,
  rgb: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9),
  alpha: Uint8Array.of(255, 0, 128, 255)
};

/** A JPEG's frame header with a segment before it: enough of it to be embedded. */
const jpeg = (components: number, height = 3, width = 5) =>
  Uint8Array.of(
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8],
    ...[height >> 8, height & 255, width >> 8, width & 255, components, 1, 0x11, 0, 0, 0]
  );

function added(picture: Pixels) {
  const file = vector('xref-table');
  const appender = new Appender(openPdf(memorySource(file)));
  const ref = addPicture(appender, picture);
  const doc = openPdf(memorySource(concat(file, appender.finish().bytes)));
  const image = doc.resolve(ref);
  if (!(image instanceof PdfStream)) throw new Error('no image');
  return { doc, image };
}

test('colours go in as RGB, alpha as a soft mask', () => {
  const { doc, image } = added(rgb);
  expect(doc.inflate(image)).toEqual(rgb.rgb);
  const mask = doc.resolve(image.dict.get('SMask'));
  expect(mask instanceof PdfStream && doc.inflate(mask)).toEqual(rgb.alpha);
});

test('a picture opaque everywhere has no mask', () => {
  expect(added({ ...rgb, alpha: Uint8Array.of(255, 255, 255, 255) }).image.dict.has('SMask')).toBe(false);
  expect(added({ ...rgb, alpha: null }).image.dict.has('SMask')).toBe(false);
});

test('a JPEG goes in as it is, with the colours its own header names', () => {
  for (const [components, space] of [
    [1, 'DeviceGray'],
    [3, 'DeviceRGB'],
    [4, 'DeviceCMYK']
  ] as const) {
    const bytes = jpeg(components);
    const { image } = added({ kind: 'jpeg', bytes, width: 5, height: 3 });
    const colors = image.dict.get('ColorSpace');
    expect(colors instanceof PdfName && colors.name).toBe(space);
    expect([image.dict.get('Width'), image.dict.get('Height')]).toEqual([5, 3]);
    expect(image.raw).toEqual(bytes);
  }
});

test('bytes that are no picture are refused', () => {
  const code = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(code(() => jpegHeader(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)))).toBe('image');
  expect(code(() => jpegHeader(jpeg(3).subarray(0, 12)))).toBe('image');
  expect(code(() => jpegHeader(jpeg(3, 0)))).toBe('image');
  expect(code(() => jpegHeader(jpeg(2)))).toBe('image');
  expect(code(() => added({ ...rgb, width: 3 }))).toBe('image');
  expect(code(() => added({ ...rgb, alpha: Uint8Array.of(1) }))).toBe('image');
  expect(code(() => fillDrawing({ width: 1, height: 1, outlines: [] }, { width: 9, height: 9 }))).toBe(
    'image'
  );
});

test('the hash of a picture is that of its bytes: what the stamp field’s value names', () => {
  const bytes = jpeg(3);
  expect(pictureDigest({ kind: 'jpeg', bytes, width: 5, height: 3 })).toMatch(/^[0-9a-f]{64}$/);
  expect(pictureDigest(rgb)).not.toBe(pictureDigest({ ...rgb, alpha: null }));
});

test('pictures and drawings are as large as they fit, centred, never outside', () => {
  expect(contain({ width: 100, height: 50 }, { width: 10, height: 10 })).toEqual({ scale: 5, x: 25, y: 0 });
  expect(showPicture({ width: 10, height: 10 }, { width: 100, height: 50 })).toBe(
    'q 50 0 0 50 25 0 cm /I0 Do Q'
  );
  const drawn = fillDrawing(
    { width: 400, height: 400, outlines: [[100, 100, 300, 100, 300, 200, 100, 200]] },
    { width: 100, height: 60 }
  );
  const numbers = (drawn.match(/-?[\d.]+/g) ?? []).map(Number);
  // "0 g" begins it.
  const [xs, ys] = [
    numbers.slice(1).filter((_, i) => i % 2 === 0),
    numbers.slice(1).filter((_, i) => i % 2 === 1)
  ];
  expect([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]).toEqual([0, 100, 5, 55]);
});

test('on a turned page the content is turned back, and /BBox stays the size of /Rect', () => {
  const boxes = (rotate: 0 | 90 | 180 | 270, userUnit = 1) => ({
    crop: [0, 0, 600, 800] as const,
    rotate,
    userUnit
  });
  const canvas = canvasOf(boxes(90, 2), [10, 20, 40, 120]);
  expect([canvas.width, canvas.height]).toEqual([200, 60]);
  const form = appearance(canvas, '0 0 1 1 re f');
  expect(form.dict.get('BBox')).toEqual([0, 0, 30, 100]);
  expect(inflateSync(form.raw).toString('latin1')).toBe('0 0.5 -0.5 0 30 0 cm 0 0 1 1 re f');
  const upright = appearance(canvasOf(boxes(0), [0, 0, 5, 5]), '0 0 1 1 re f');
  expect(inflateSync(upright.raw).toString('latin1')).toBe('0 0 1 1 re f');
});
