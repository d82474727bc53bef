// What a reader sees: poppler draws the signed file, and its pixels and words are compared with the layout.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnLayout } from '../../src/cli/column.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import type { Box } from '../../src/lib/domain/field.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { vector } from '../vectors/vectors.ts';
import { inkIn, popplerPage } from './pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-render-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

function wordsOf(file: string): Word[] {
  const html = execFileSync('pdftotext', ['-bbox', '-cropbox', '-f', '1', '-l', '1', file, '-']).toString();
  const pattern = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</g;
  return [...html.matchAll(pattern)].map(([, x, y, right, bottom, text]) => ({
    text: text ?? '',
    x: Number(x),
    y: Number(y),
    right: Number(right),
    bottom: Number(bottom)
  }));
}

describe.each([
  'xref-table',
  'object-streams',
  'rotated',
  'rotated-180',
  'rotated-270',
  'cropped',
  'encrypted-aes256'
])('%s', (name) => {
  const before = join(folder, `${name}-before.pdf`);
  const after = join(folder, `${name}-after.pdf`);
  const original = vector(name);
  const { fields } = columnLayout(openPdf(memorySource(original)), 2);
  const boxOf = (field: string) => fields.find((candidate) => candidate.name === field)?.box as Box;

  beforeAll(async () => {
    const { tails } = await signForAll(memorySource(original), 2, await loadFonts(), () => Date.now());
    writeFileSync(before, original);
    writeFileSync(after, Buffer.concat([original, ...tails]));
  });

  test('each field has its ink inside its box, and nothing else on the page changed', () => {
    const [was, is] = [popplerPage(before), popplerPage(after)];
    expect([is.width, is.height]).toEqual([was.width, was.height]);
    const inside = (x: number, y: number) =>
      fields.some(({ box }) => x >= box.x - 1 && x <= box.x + box.w && y >= box.y - 1 && y <= box.y + box.h);
    let strayed = 0;
    for (let y = 0; y < is.height; y += 1) {
      for (let x = 0; x < is.width; x += 1) {
        if (!inside(x, y) && is.at(x, y) !== was.at(x, y)) strayed += 1;
      }
    }
    expect(strayed).toBe(0);
    for (const { name: field = '', box } of fields) {
      const least = field.includes('text') ? 60 : 150;
      expect(inkIn(is, box) - inkIn(was, box), field).toBeGreaterThan(least);
    }
  });

  test('typed values read from left to right inside their field, on turned pages too', () => {
    const words = wordsOf(after);
    for (const letter of ['A', 'B']) {
      const box = boxOf(`cs-${letter}-text-1`);
      const inside = words.filter(
        ({ x, y, right, bottom }) =>
          x >= box.x - 1 && right <= box.x + box.w + 1 && y >= box.y - 1 && bottom <= box.y + box.h + 1
      );
      expect(inside.map(({ text }) => text).join(' ')).toBe(`Agreed by Party ${letter}`);
      for (const [index, word] of inside.slice(1).entries()) {
        expect(word.x).toBeGreaterThan(inside[index]?.right ?? 0);
      }
    }
  });
});
