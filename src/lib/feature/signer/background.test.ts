import { describe, expect, it } from 'vitest';
import {
  cutToInk,
  inkOf,
  isCutOut,
  removeBackground,
  suggestThreshold,
  turnRight,
  type Raster
} from './background.ts';

type Colour = readonly [number, number, number];

/** Paper lit from one side, with a bar of ink from (40,30) to (80,40). */
function photo(ink: Colour, light: (x: number) => number = () => 1, width = 120, height = 70): Raster {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= 40 && x < 80 && y >= 30 && y < 40;
      const colour = inside ? ink : ([235, 230, 220] as const);
      rgba.set([...colour.map((part) => part * light(x)), 255], (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}

function alphaAt(raster: Raster, x: number, y: number): number {
  return raster.rgba[(y * raster.width + x) * 4 + 3] ?? -1;
}

function clean(raster: Raster): Raster {
  const ink = inkOf(raster);
  return removeBackground(raster, ink, suggestThreshold(ink));
}

describe('removeBackground', () => {
  it.each([
    ['black ink', [20, 20, 25]],
    ['blue ink', [40, 60, 190]],
    ['a red stamp', [205, 45, 50]]
  ] as const)('keeps %s and drops the paper', (_, colour) => {
    const result = clean(photo(colour));
    expect(alphaAt(result, 60, 35)).toBe(255);
    expect(alphaAt(result, 5, 5)).toBe(0);
    expect(alphaAt(result, 110, 60)).toBe(0);
  });

  it('keeps the colour of the ink', () => {
    const result = clean(photo([40, 60, 190]));
    const at = (35 * result.width + 60) * 4;
    expect([...result.rgba.subarray(at, at + 3)]).toEqual([40, 60, 190]);
  });

  it('drops paper that lies in shadow on one side', () => {
    const result = clean(photo([20, 20, 25], (x) => 1 - (0.6 * x) / 120));
    expect(alphaAt(result, 60, 35)).toBe(255);
    for (const x of [2, 30, 90, 117]) expect(alphaAt(result, x, 10)).toBe(0);
  });

  it('takes more away as the threshold rises', () => {
    const faint = photo([150, 148, 140]);
    const ink = inkOf(faint);
    expect(alphaAt(removeBackground(faint, ink, 20), 60, 35)).toBe(255);
    expect(alphaAt(removeBackground(faint, ink, 70), 60, 35)).toBe(0);
  });

  it('leaves the picture it was given as it was', () => {
    const raster = photo([20, 20, 25]);
    const before = raster.rgba.slice();
    clean(raster);
    expect(raster.rgba).toEqual(before);
  });
});

describe('cutToInk', () => {
  it('cuts to the mark with a margin of two pixels', () => {
    const cut = cutToInk(clean(photo([20, 20, 25])));
    expect(cut).toMatchObject({ width: 44, height: 14 });
  });

  it('says when nothing is left', () => {
    const blank = photo([235, 230, 220]);
    expect(cutToInk(removeBackground(blank, inkOf(blank), 40))).toBeNull();
  });
});

describe('isCutOut', () => {
  it('knows a transparent ground from a photo', () => {
    const raster = photo([20, 20, 25]);
    expect(isCutOut(raster)).toBe(false);
    const rgba = raster.rgba.slice();
    for (let at = 3; at < rgba.length / 2; at += 4) rgba[at] = 0;
    expect(isCutOut({ ...raster, rgba })).toBe(true);
  });
});

describe('turnRight', () => {
  it('moves the top left to the top right', () => {
    const rgba = new Uint8ClampedArray(2 * 3 * 4);
    rgba.set([9, 8, 7, 255], 0);
    const turned = turnRight({ width: 2, height: 3, rgba });
    expect([turned.width, turned.height]).toEqual([3, 2]);
    expect([...turned.rgba.subarray(8, 12)]).toEqual([9, 8, 7, 255]);
  });

  it('is itself after four turns', () => {
    const raster = photo([20, 20, 25]);
    expect(turnRight(turnRight(turnRight(turnRight(raster))))).toEqual(raster);
  });
});
