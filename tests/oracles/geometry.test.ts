// A mark is found where it was placed: every way a page can lie, drawn by poppler.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { freshKey, signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { nameFields, type Field } from '../../src/lib/domain/field.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { displaySize, pageBoxes } from '../../src/lib/pdf/geometry.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import type { Picture } from '../../src/lib/sign/layout.ts';
import { SPOT, turnedFile, turnedPages } from '../vectors/turned-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-geometry-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pixels a point: fine enough to tell half a point. */
const FINE = 2;
/** As wide and high as its field, so that it fills it; its left half black, its right half gray. */
const STAMP: Picture = {
  kind: 'rgb',
  width: 6,
  height: 4,
  rgb: Uint8Array.from({ length: 6 * 4 * 3 }, (_, index) => (Math.floor(index / 3) % 6 < 3 ? 0 : 120)),
  alpha: null
};

const sizes: { width: number; height: number }[] = [];

beforeAll(async () => {
  const source = memorySource(turnedFile());
  const doc = openPdf(source);
  const stamp = (page: number): Field => ({
    id: `s${page}`,
    party: 'A',
    kind: 'stamp',
    box: { page, ...SPOT },
    label: 'Stamp',
    required: true
  });
  const signature: Field = {
    id: 'sig',
    party: 'A',
    kind: 'signature',
    box: { page: 1, x: 150, y: 100, w: 40, h: 20 },
    label: 'Signature',
    required: true
  };
  const placed = [...turnedPages.map((_, index) => stamp(index + 1)), signature];
  const fields = nameFields(placed, new Map([['A', 'A']]));
  const frozen = joinedSource(
    source,
    freeze(doc, { parties: [{ id: 'A', letter: 'A', name: 'Ann' }], fields })
  );
  const { certificate, sign } = await freshKey('Ann', Date.now());
  const stamps = fields.filter(({ kind }) => kind === 'stamp').map(({ name }) => [name, STAMP]);
  const input = {
    partyLetter: 'A',
    values: {},
    marks: {},
    stamps: Object.fromEntries(stamps) as Record<string, Picture>,
    signerName: 'Ann',
    reason: null,
    location: null,
    at: Date.now(),
    evidence: null,
    certificates: [certificate]
  };
  const signed = joinedSource(frozen, await signOnce(frozen, input, await loadFonts(), sign));
  const file = join(folder, 'signed.pdf');
  writeFileSync(file, signed.read(0, signed.size));
  execFileSync('pdftoppm', ['-r', String(72 * FINE), '-gray', '-cropbox', file, join(folder, 'page')]);
  for (const page of doc.pages()) sizes.push(displaySize(pageBoxes((key) => page.inherited(key))));
});

/** Where pixels of a tone are, in points of the page as displayed. */
function found(page: number, tone: (gray: number) => boolean) {
  const pgm = readFileSync(join(folder, `page-${String(page).padStart(2, '0')}.pgm`));
  const [, w = '0', h = '0'] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 40).toString('latin1')) ?? [];
  const [width, height] = [Number(w), Number(h)];
  const start = pgm.length - width * height;
  const seen = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!tone(pgm[start + y * width + x] ?? 255)) continue;
      seen.left = Math.min(seen.left, x);
      seen.top = Math.min(seen.top, y);
      seen.right = Math.max(seen.right, x + 1);
      seen.bottom = Math.max(seen.bottom, y + 1);
    }
  }
  // poppler draws a page of any unit in its own points.
  const size = sizes[page - 1] ?? { width: 0, height: 0 };
  expect(width / height).toBeCloseTo(size.width / size.height, 1);
  const scale = size.width / width;
  return {
    x: seen.left * scale,
    y: seen.top * scale,
    right: seen.right * scale,
    bottom: seen.bottom * scale
  };
}

const near = (value: number, wanted: number, what: string) =>
  expect(Math.abs(value - wanted), `${what}: ${value}, not ${wanted}`).toBeLessThanOrEqual(1);

const judged = turnedPages.flatMap(({ name, poppler }, index) =>
  poppler ? [[name, index + 1] as const] : []
);

test.each(judged)('%s', (_, page) => {
  const all = found(page, (gray) => gray < 200);
  // The stamp stands upright to the reader: its black half is on the left.
  const black = found(page, (gray) => gray < 60);
  // On page 1 the signature was left blank, so the stamp is all the ink there is.
  near(all.x, SPOT.x, 'left');
  near(all.y, SPOT.y, 'top');
  near(all.right, SPOT.x + SPOT.w, 'right');
  near(all.bottom, SPOT.y + SPOT.h, 'bottom');
  near(black.x, SPOT.x, 'left of black');
  near(black.right, SPOT.x + SPOT.w / 2, 'right of black');
});
