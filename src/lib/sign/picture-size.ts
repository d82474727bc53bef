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
 * The size that a JPEG, PNG, WebP, GIF or BMP says of itself, before anything is unpacked: a small file can
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
