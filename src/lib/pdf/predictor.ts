import { PdfError } from './error.ts';

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** In place: a row is never read again before what is written reaches it. */
function undoPng(bytes: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(bytes.length / (rowBytes + 1));
  const out = bytes;
  let end = 0;
  for (let row = 0; row < rows; row += 1) {
    const from = row * (rowBytes + 1);
    const kind = bytes[from] ?? 0;
    const to = row * rowBytes;
    const length = Math.min(rowBytes, bytes.length - from - 1);
    for (let i = 0; i < length; i += 1) {
      const raw = bytes[from + 1 + i] ?? 0;
      const left = i >= pixelBytes ? (out[to + i - pixelBytes] ?? 0) : 0;
      const up = row > 0 ? (out[to + i - rowBytes] ?? 0) : 0;
      const upLeft = row > 0 && i >= pixelBytes ? (out[to + i - rowBytes - pixelBytes] ?? 0) : 0;
      switch (kind) {
        case 0:
          out[to + i] = raw;
          break;
        case 1:
          out[to + i] = raw + left;
          break;
        case 2:
          out[to + i] = raw + up;
          break;
        case 3:
          out[to + i] = raw + ((left + up) >> 1);
          break;
        case 4:
          out[to + i] = raw + paeth(left, up, upLeft);
          break;
        default:
          throw new PdfError('filter', 'PNG predictor: no such kind of row');
      }
    }
    end = to + Math.max(0, length);
  }
  return out.subarray(0, end);
}

function undoTiff(bytes: Uint8Array, rowBytes: number, colors: number, bits: number): Uint8Array {
  const out = bytes;
  const mask = (1 << bits) - 1;
  for (let row = 0; row + 1 <= out.length; row += rowBytes) {
    const end = Math.min(row + rowBytes, out.length);
    if (bits === 8) {
      for (let i = row + colors; i < end; i += 1) out[i] = (out[i] ?? 0) + (out[i - colors] ?? 0);
    } else if (bits === 16) {
      for (let i = row + 2 * colors; i + 1 < end; i += 2) {
        const before = ((out[i - 2 * colors] ?? 0) << 8) | (out[i - 2 * colors + 1] ?? 0);
        const sum = before + (((out[i] ?? 0) << 8) | (out[i + 1] ?? 0));
        out[i] = sum >> 8;
        out[i + 1] = sum;
      }
    } else {
      const samples = Math.floor(((end - row) * 8) / bits);
      const left = new Array<number>(colors).fill(0);
      for (let s = 0; s < samples; s += 1) {
        const at = row + ((s * bits) >> 3);
        const shift = 8 - bits - ((s * bits) & 7);
        const value = ((((out[at] ?? 0) >> shift) & mask) + (left[s % colors] ?? 0)) & mask;
        left[s % colors] = value;
        out[at] = ((out[at] ?? 0) & ~(mask << shift)) | (value << shift);
      }
    }
  }
  return out;
}

/**
 * §7.4.4.4, in place: the result is a part of `bytes`. `number` reads a decode parameter with its standard value. Predictor 2 is TIFF's, 10 and above
 * PNG's, where each row names its own. Throws PdfError `filter`.
 */
export function undoPredictor(
  bytes: Uint8Array,
  number: (key: string, standard: number) => number
): Uint8Array {
  const predictor = number('Predictor', 1);
  if (predictor <= 1) return bytes;
  const colors = number('Colors', 1);
  const bits = number('BitsPerComponent', 8);
  const columns = number('Columns', 1);
  const sane =
    [1, 2, 4, 8, 16].includes(bits) && colors >= 1 && colors <= 32 && columns >= 1 && columns < 1e6;
  if (!sane || !Number.isInteger(colors) || !Number.isInteger(columns)) {
    throw new PdfError('filter', 'predictor parameters out of range');
  }
  const rowBytes = Math.ceil((colors * bits * columns) / 8);
  if (predictor === 2) return undoTiff(bytes, rowBytes, colors, bits);
  if (predictor < 10) throw new PdfError('filter', `unknown predictor ${predictor}`);
  return undoPng(bytes, rowBytes, Math.max(1, (colors * bits) >> 3));
}
