/**
 * The paper is taken off a photo of a signature or stamp. Paper is rarely evenly lit, so each pixel is
 * compared with the paper near it, channel by channel: blue ink and a red stamp count as dark as black does.
 * Pure over RGBA, four bytes a pixel, not premultiplied.
 */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** Side of a square over which the paper's colour is looked for, as a share of the longer side. */
const TILES = 12;
/** How gradually ink fades into paper, in the units of the threshold (0 to 100). */
const SOFTNESS = 9;

interface Paper {
  readonly columns: number;
  readonly rows: number;
  readonly side: number;
  /** RGB a tile. */
  readonly colours: Float32Array;
}

/** The colour of the paper, tile by tile: the bright end of what is there, ink being the dark end. */
function paperOf(raster: Raster): Paper {
  const { width, height } = raster;
  const side = Math.max(4, Math.ceil(Math.max(width, height) / TILES));
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const tiles: number[][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      tiles.push(brightEnd(raster, column * side, row * side, side, side));
    }
  }
  // A tile may be all ink: closing (brightest of the neighbours, then darkest of those) bridges such holes
  // and leaves slow shadows as they are.
  const closed = overNeighbours(overNeighbours(tiles, columns, Math.max), columns, Math.min);
  const whole = brightEnd(raster, 0, 0, width, height);
  const colours = new Float32Array(columns * rows * 3);
  closed.forEach((tile, n) => {
    tile.forEach((value, channel) => {
      // Ink all round, as inside a solid stamp: the paper is that of the whole picture.
      const shared = whole[channel] ?? 255;
      colours[n * 3 + channel] = value < shared * 0.45 ? shared : value;
    });
  });
  return { columns, rows, side, colours };
}

/** Each tile replaced by the choice among it and its eight neighbours, channel by channel. */
function overNeighbours(
  tiles: readonly number[][],
  columns: number,
  choose: (a: number, b: number) => number
): number[][] {
  return tiles.map((own, n) => {
    let chosen = own;
    for (let row = -1; row <= 1; row++) {
      for (let side = -1; side <= 1; side++) {
        const column = (n % columns) + side;
        if (column < 0 || column >= columns) continue;
        const tile = tiles[n + row * columns + side];
        if (tile) chosen = chosen.map((value, channel) => choose(value, tile[channel] ?? value));
      }
    }
    return chosen;
  });
}

/** The 85th percentile of each channel over a rectangle. */
function brightEnd(
  { width, height, rgba }: Raster,
  left: number,
  top: number,
  w: number,
  h: number
): number[] {
  const right = Math.min(width, left + w);
  const bottom = Math.min(height, top + h);
  const stride = Math.max(1, Math.floor(Math.max(right - left, bottom - top) / 64));
  const bins = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  let count = 0;
  for (let y = top; y < bottom; y += stride) {
    for (let x = left; x < right; x += stride) {
      const at = (y * width + x) * 4;
      if ((rgba[at + 3] ?? 0) < 128) continue;
      for (let channel = 0; channel < 3; channel++) {
        const bin = bins[channel];
        const value = rgba[at + channel] ?? 0;
        if (bin) bin[value] = (bin[value] ?? 0) + 1;
      }
      count++;
    }
  }
  return bins.map((bin) => {
    let below = 0;
    for (let value = 0; value < 256; value++) {
      below += bin[value] ?? 0;
      if (below >= count * 0.85) return Math.max(24, value);
    }
    return 255;
  });
}

function paperAt(paper: Paper, x: number, y: number, channel: number): number {
  const u = Math.min(paper.columns - 1, Math.max(0, x / paper.side - 0.5));
  const v = Math.min(paper.rows - 1, Math.max(0, y / paper.side - 0.5));
  const column = Math.floor(u);
  const row = Math.floor(v);
  const right = Math.min(paper.columns - 1, column + 1);
  const below = Math.min(paper.rows - 1, row + 1);
  const tile = (r: number, c: number) => paper.colours[(r * paper.columns + c) * 3 + channel] ?? 255;
  const upper = tile(row, column) * (1 - (u - column)) + tile(row, right) * (u - column);
  const lower = tile(below, column) * (1 - (u - column)) + tile(below, right) * (u - column);
  return upper * (1 - (v - row)) + lower * (v - row);
}

/** How much darker than the paper each pixel is in its darkest channel: 0 paper, 100 black. */
export function inkOf(raster: Raster): Float32Array {
  const paper = paperOf(raster);
  const ink = new Float32Array(raster.width * raster.height);
  for (let y = 0, n = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++, n++) {
      let lightest = 1;
      for (let channel = 0; channel < 3; channel++) {
        const share = (raster.rgba[n * 4 + channel] ?? 0) / paperAt(paper, x, y, channel);
        lightest = Math.min(lightest, share);
      }
      ink[n] = (1 - lightest) * 100 * ((raster.rgba[n * 4 + 3] ?? 0) / 255);
    }
  }
  return ink;
}

/** A threshold that parts ink from paper best (Otsu), kept within 12 to 60. */
export function suggestThreshold(ink: Float32Array): number {
  const bins = new Float64Array(101);
  for (const value of ink) {
    const bin = Math.min(100, Math.max(0, Math.round(value)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let total = 0;
  bins.forEach((count, value) => (total += count * value));
  let [below, sumBelow, best, first, last] = [0, 0, -1, 25, 25];
  for (let value = 0; value < 100; value++) {
    below += bins[value] ?? 0;
    sumBelow += (bins[value] ?? 0) * value;
    const above = ink.length - below;
    if (below === 0 || above === 0) continue;
    const apart = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (apart > best * 1.0001) [best, first] = [apart, value];
    if (apart >= best * 0.9999) last = value;
  }
  // Where a gap lies between ink and paper every value in it is as good: the middle is the safest.
  return Math.min(60, Math.max(12, Math.round((first + last) / 2)));
}

/** True when the picture has a transparent ground already: then nothing needs to be taken off. */
export function isCutOut({ rgba }: Raster): boolean {
  let clear = 0;
  for (let at = 3; at < rgba.length; at += 4) if ((rgba[at] ?? 255) < 32) clear++;
  return clear > rgba.length / 4 / 10;
}

/**
 * A copy of the picture with the paper transparent: ink at or above the threshold stays, a soft edge below.
 * Colours of the edge are freed of the paper that shone through, so no pale rim is left.
 */
export function removeBackground(raster: Raster, ink: Float32Array, threshold: number): Raster {
  const rgba = new Uint8ClampedArray(raster.rgba);
  const paper = paperOf(raster);
  for (let y = 0, n = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++, n++) {
      const step = Math.min(1, Math.max(0, ((ink[n] ?? 0) - threshold + SOFTNESS) / SOFTNESS));
      const alpha = step * step * (3 - 2 * step);
      for (let channel = 0; channel < 3 && alpha > 0; channel++) {
        const seen = raster.rgba[n * 4 + channel] ?? 0;
        const behind = paperAt(paper, x, y, channel);
        rgba[n * 4 + channel] = Math.round((seen - (1 - alpha) * behind) / alpha);
      }
      rgba[n * 4 + 3] = Math.round(alpha * (raster.rgba[n * 4 + 3] ?? 0));
    }
  }
  return { width: raster.width, height: raster.height, rgba };
}

/** Cut to what can be seen, with a small margin; null when nothing can. */
export function cutToInk(raster: Raster): Raster | null {
  const { width, height, rgba } = raster;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((rgba[(y * width + x) * 4 + 3] ?? 0) < 40) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return null;
  const margin = 2;
  left = Math.max(0, left - margin);
  top = Math.max(0, top - margin);
  const w = Math.min(width - 1, right + margin) - left + 1;
  const h = Math.min(height - 1, bottom + margin) - top + 1;
  const cut = new Uint8ClampedArray(w * h * 4);
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 4;
    cut.set(rgba.subarray(from, from + w * 4), y * w * 4);
  }
  return { width: w, height: h, rgba: cut };
}

/** A quarter turn clockwise. */
export function turnRight({ width, height, rgba }: Raster): Raster {
  const turned = new Uint8ClampedArray(rgba.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      turned.set(rgba.subarray(from, from + 4), (x * height + (height - 1 - y)) * 4);
    }
  }
  return { width: height, height: width, rgba: turned };
}
