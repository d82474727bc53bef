import { fromBase64 } from '../../src/lib/bytes/base64.ts';

/** A red AVIF of 20 × 12, written by libavif. */
export const AVIF = fromBase64(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAA' +
    'AAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAKwAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtp' +
    'cGNvAAAAFGlzcGUAAAAAAAAAFAAAAAwAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEA' +
    'AQQBAoMEAAAAM21kYXQSAAoJGBDnbRAQ0GhAMhwdh4eFndxxxwLKwADXbt+wqllQOJDQqurkchyA'
);

/** The same, saying that it is larger. */
export function avifOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(AVIF);
  const at = String.fromCharCode(...bytes).indexOf('ispe') + 8;
  new DataView(bytes.buffer).setUint32(at, width);
  new DataView(bytes.buffer).setUint32(at + 4, height);
  return bytes;
}
