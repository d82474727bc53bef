import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { jpegHeader } from '#lib/pdf/appearance/picture.ts';
import { PdfError } from '#lib/pdf/error.ts';
import { defaultLimits, limitError } from '#lib/pdf/limits.ts';
import type { Picture } from '#lib/sign/layout.ts';

const PNG_START = '\x89PNG\r\n\x1a\n';

/**
 * A PNG (with its transparency) or JPEG file as it goes into a document. Throws PdfError `image`, `limit`, and
 * what the file system throws.
 */
export function readPicture(path: string): Picture {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 8) !== PNG_START) {
    const jpeg = Uint8Array.from(bytes);
    const { width, height } = jpegHeader(jpeg);
    return { kind: 'jpeg', bytes: jpeg, width, height };
  }
  // The header says the size before anything is unpacked (`security.md` P1).
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const allowed = defaultLimits.imagePixels;
  if (width * height > allowed) throw limitError('pixels of a picture', allowed);
  try {
    return pixels(PNG.sync.read(bytes));
  } catch (error) {
    throw new PdfError('image', `not a PNG that can be read: ${String(error)}`);
  }
}

function pixels({ width, height, data }: PNG): Picture {
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let i = 0; i < width * height; i += 1) {
    rgb.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
    alpha[i] = data[4 * i + 3] ?? 255;
  }
  return { kind: 'rgb', width, height, rgb, alpha: alpha.every((value) => value === 255) ? null : alpha };
}
