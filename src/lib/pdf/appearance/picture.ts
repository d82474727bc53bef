import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../../bytes/concat.ts';
import { toHex } from '../../bytes/hex.ts';
import type { Appender } from '../append.ts';
import { PdfError } from '../error.ts';
import { limitError } from '../limits.ts';
import { PdfDict, PdfName, PdfStream, type PdfRef } from '../objects.ts';
import { numberText } from '../serialize.ts';
import { contain, type Area } from './drawing.ts';
import { packed } from './embedded-font.ts';

/** Same shape as `sign/layout.ts`. */
export type Pixels =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | {
      readonly kind: 'rgb';
      readonly width: number;
      readonly height: number;
      readonly rgb: Uint8Array;
      readonly alpha: Uint8Array | null;
    };

/** Hex SHA-256 of what a picture is: the JPEG's bytes, or its colours followed by its alpha. */
export function pictureDigest(picture: Pixels): string {
  const bytes =
    picture.kind === 'jpeg' ? picture.bytes : concat(picture.rgb, picture.alpha ?? new Uint8Array(0));
  return toHex(sha256(bytes));
}

/** Proportions as the file itself says them. */
export function pictureSize(picture: Pixels): Area {
  return picture.kind === 'jpeg' ? jpegHeader(picture.bytes) : picture;
}

/**
 * Adds an image XObject (§8.9.5). Throws PdfError `image` when the bytes are not what they say, `limit` when
 * whoever shows it would have to unpack too much: a JPEG of 600 bytes can say that it is 4 gigapixels.
 */
export function addPicture(appender: Appender, picture: Pixels): PdfRef {
  const { width, height } = pictureSize(picture);
  const allowed = appender.doc.limits.imagePixels;
  if (width * height > allowed) throw limitError('pixels of a picture', allowed);
  return picture.kind === 'jpeg' ? addJpeg(appender, picture.bytes) : addRgb(appender, picture);
}

function imageDict(
  width: number,
  height: number,
  colors: 'DeviceRGB' | 'DeviceGray' | 'DeviceCMYK'
): PdfDict {
  return new PdfDict()
    .set('Type', new PdfName('XObject'))
    .set('Subtype', new PdfName('Image'))
    .set('Width', width)
    .set('Height', height)
    .set('ColorSpace', new PdfName(colors))
    .set('BitsPerComponent', 8);
}

function addRgb(appender: Appender, picture: Extract<Pixels, { kind: 'rgb' }>): PdfRef {
  const { width, height, rgb, alpha } = picture;
  const pixels = width * height;
  if (!Number.isInteger(width) || !Number.isInteger(height) || pixels <= 0) {
    throw new PdfError('image', 'a picture without pixels');
  }
  if (rgb.length !== pixels * 3 || (alpha !== null && alpha.length !== pixels)) {
    throw new PdfError('image', 'a picture with too few or too many bytes');
  }
  const dict = imageDict(width, height, 'DeviceRGB');
  // §11.6.5.2: alpha goes into a soft mask of its own.
  if (alpha !== null && alpha.some((value) => value !== 255)) {
    dict.set('SMask', appender.add(packed(alpha, imageDict(width, height, 'DeviceGray'))));
  }
  return appender.add(packed(rgb, dict));
}

/** The JPEG as it is (DCTDecode, §7.4.8); its own header says size and colours. */
function addJpeg(appender: Appender, bytes: Uint8Array): PdfRef {
  const { width, height, components } = jpegHeader(bytes);
  const colors = components === 1 ? 'DeviceGray' : components === 4 ? 'DeviceCMYK' : 'DeviceRGB';
  const dict = imageDict(width, height, colors).set('Filter', new PdfName('DCTDecode'));
  // Cameras do not write CMYK; image editors do, and store it inverted.
  if (components === 4) dict.set('Decode', [1, 0, 1, 0, 1, 0, 1, 0]);
  return appender.add(new PdfStream(dict, bytes));
}

/** Size and number of colour components from the frame header (ITU-T T.81, B.2.2). Throws `image`. */
export function jpegHeader(bytes: Uint8Array): { width: number; height: number; components: number } {
  const at = (i: number) => bytes[i] ?? 0;
  const word = (i: number) => (at(i) << 8) | at(i + 1);
  if (word(0) !== 0xffd8) throw new PdfError('image', 'not a JPEG');
  for (let i = 2; i + 9 < bytes.length && at(i) === 0xff;) {
    const marker = at(i + 1);
    if (marker === 0xff) {
      i += 1;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      const [height, width, components] = [word(i + 5), word(i + 7), at(i + 9)];
      if (width === 0 || height === 0 || ![1, 3, 4].includes(components)) break;
      return { width, height, components };
    }
    i += 2 + word(i + 2);
  }
  throw new PdfError('image', 'a JPEG without a readable frame');
}

/** Operators that show image /I0 of the given proportions as large as it fits, centred. */
export function showPicture(picture: Area, area: Area): string {
  const { scale, x, y } = contain(area, picture);
  const number = (value: number) => numberText(Math.round(value * 100) / 100);
  return `q ${number(picture.width * scale)} 0 0 ${number(picture.height * scale)} ${number(x)} ${number(y)} cm /I0 Do Q`;
}
