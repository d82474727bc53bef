import type { Picture } from '#lib/sign/layout.ts';
import { isTooLarge, statedSize } from '#lib/sign/picture-size.ts';
import type { Raster } from './background.ts';

export type PhotoTrouble = 'heic' | 'svg' | 'type' | 'unreadable' | 'large';

export class PhotoError extends Error {
  override readonly name = 'PhotoError';
  constructor(readonly code: PhotoTrouble) {
    super(code);
  }
}

const MAX_BYTES = 40 * 1024 * 1024;
/** Longer side in pixels: a stamp of 5 cm at 400 dpi, and light enough to follow the slider. */
const LONGEST = 800;

type Kind = 'decodable' | 'heic' | 'svg' | 'unknown';

/** What the first bytes say; a file's name and type are claims. */
export function kindOfPhoto(head: Uint8Array): Kind {
  const text = String.fromCharCode(...head.subarray(0, 64));
  const starts = (...bytes: number[]) => bytes.every((byte, n) => head[n] === byte);
  if (starts(0xff, 0xd8, 0xff) || starts(0x89, 0x50, 0x4e, 0x47)) return 'decodable';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'decodable';
  if (text.startsWith('GIF8') || text.startsWith('BM')) return 'decodable';
  if (text.slice(4, 8) === 'ftyp') return /^(avif|avis)/.test(text.slice(8)) ? 'decodable' : 'heic';
  if (/^\ufeff?\s*<(\?xml|!--|!DOCTYPE svg|svg)/i.test(text.replace(/^\u00ef\u00bb\u00bf/, ''))) return 'svg';
  return 'unknown';
}

/**
 * A photo as pixels, upright, not larger than needed. Whatever else was in the file (place, camera) is left
 * behind, and an SVG is never read (`security.md` M4). Throws PhotoError.
 */
export async function readPhoto(file: Blob): Promise<Raster> {
  if (file.size > MAX_BYTES) throw new PhotoError('large');
  const kind = kindOfPhoto(new Uint8Array(await file.slice(0, 64).arrayBuffer()));
  if (kind === 'svg') throw new PhotoError('svg');
  if (kind === 'unknown') throw new PhotoError('type');
  const stated = statedSize(new Uint8Array(await file.arrayBuffer()));
  if (stated !== null && isTooLarge(stated)) throw new PhotoError('large');
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new PhotoError(kind === 'heic' ? 'heic' : 'unreadable');
  }
  try {
    if (isTooLarge(bitmap)) throw new PhotoError('large');
    const shrink = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * shrink));
    const height = Math.max(1, Math.round(bitmap.height * shrink));
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new PhotoError('unreadable');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}

/** Pixels as the file takes them: RGB and alpha apart. What is clear is black, so that it packs to nothing. */
export function pictureOf({ width, height, rgba }: Raster): Picture {
  const count = width * height;
  const rgb = new Uint8Array(count * 3);
  const alpha = new Uint8Array(count);
  let opaque = true;
  for (let n = 0; n < count; n++) {
    const clear = rgba[n * 4 + 3] ?? 0;
    alpha[n] = clear;
    if (clear !== 255) opaque = false;
    if (clear === 0) continue;
    for (let channel = 0; channel < 3; channel++) rgb[n * 3 + channel] = rgba[n * 4 + channel] ?? 0;
  }
  return { kind: 'rgb', width, height, rgb, alpha: opaque ? null : alpha };
}

/** The same back, for the screen; null for a JPEG, which the browser draws itself. */
export function rasterOf(picture: Picture): Raster | null {
  if (picture.kind === 'jpeg') return null;
  const { width, height, rgb, alpha } = picture;
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let n = 0; n < width * height; n++) {
    for (let channel = 0; channel < 3; channel++) rgba[n * 4 + channel] = rgb[n * 3 + channel] ?? 0;
    rgba[n * 4 + 3] = alpha === null ? 255 : (alpha[n] ?? 0);
  }
  return { width, height, rgba };
}
