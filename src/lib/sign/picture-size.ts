import { jpegHeader } from '../pdf/appearance/picture.ts';
import { PdfError } from '../pdf/error.ts';
import { defaultLimits } from '../pdf/limits.ts';

export interface StatedSize {
  readonly width: number;
  readonly height: number;
}

/** More pixels than a picture may have (`security.md` P1). */
export const isTooLarge = ({ width, height }: StatedSize, allowed = defaultLimits.imagePixels): boolean =>
  width * height > allowed;

/**
 * The size that a JPEG, PNG, WebP, GIF, BMP, AVIF or HEIC says of itself, before anything is unpacked: a small file can
 * hold a picture that no memory takes. Null where its header cannot be read, or for another kind.
 */
export function statedSize(bytes: Uint8Array): StatedSize | null {
  if (bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (view.getUint16(0) === 0xffd8) return jpegSize(bytes);
  if (name(1, 3) === 'PNG') return { width: view.getUint32(16), height: view.getUint32(20) };
  if (name(0, 4) === 'GIF8') return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  // A negative height means that the first row is the upper one.
  if (name(0, 2) === 'BM')
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  if (name(0, 4) === 'RIFF' && name(8, 4) === 'WEBP') return webpSize(view, name(12, 4));
  if (name(4, 4) === 'ftyp') return largest(boxSizes(view, 0, bytes.length, ''));
  return null;
}

function jpegSize(bytes: Uint8Array): StatedSize | null {
  try {
    return jpegHeader(bytes);
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}

/** RFC 9649 §2.5 to §2.7: lossy, lossless, extended. */
function webpSize(view: DataView, kind: string): StatedSize | null {
  const little24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (kind) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: little24(24) + 1, height: little24(27) + 1 };
    default:
      return null;
  }
}

/** Boxes inside which a size stands, by where they stand themselves; a FullBox has four bytes before its children. */
const CONTAINERS: Readonly<Record<string, number>> = {
  '/meta': 4,
  '/meta/iprp': 0,
  '/meta/iprp/ipco': 0,
  '/moov': 0,
  '/moov/trak': 0
};

/**
 * Every size that an ISO file says (ISO/IEC 14496-12 §4.2, §8.3.2; 23008-12 §6.5.3): `ispe` of the pictures, among
 * them the grid that is put together from tiles, `tkhd` of moving ones.
 */
function boxSizes(view: DataView, start: number, end: number, path: string): StatedSize[] {
  const sizes: StatedSize[] = [];
  for (let at = start; at + 8 <= end;) {
    const stated = view.getUint32(at);
    const wide = stated === 1 && at + 16 <= end;
    const head = wide ? 16 : 8;
    const length = wide ? view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12) : stated;
    const close = length === 0 ? end : Math.min(end, at + length);
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    const here = `${path}/${type}`;
    const skip = CONTAINERS[here];
    if (skip !== undefined) sizes.push(...boxSizes(view, at + head + skip, close, here));
    else if (here === '/meta/iprp/ipco/ispe' && at + head + 12 <= close)
      sizes.push({ width: view.getUint32(at + head + 4), height: view.getUint32(at + head + 8) });
    // The last two numbers, 16.16 fixed.
    else if (here === '/moov/trak/tkhd' && at + head + 8 <= close)
      sizes.push({ width: view.getUint16(close - 8), height: view.getUint16(close - 4) });
    if (close < at + head) break;
    at = close;
  }
  return sizes;
}

/** A decoder may unpack any of them. */
const largest = (sizes: readonly StatedSize[]): StatedSize | null =>
  sizes.reduce<StatedSize | null>(
    (most, one) => (most === null || one.width * one.height > most.width * most.height ? one : most),
    null
  );
