import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contractValues } from '../../../../tests/vectors/contract-values.ts';
import { consultancyTemplate } from '../consultancy.ts';
import { merge } from '../merge.ts';
import { fieldsFromPlaces } from '../places.ts';
import { Typst } from './typst.ts';

const find = createRequire(import.meta.url).resolve;
const bytes = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(find(name)));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

let typst: Typst;
beforeAll(async () => {
  typst = await Typst.start(bytes('@myriaddreamin/typst-ts-web-compiler/wasm'), [
    bytes('#lib/fonts/latin.ttf'),
    bytes('#lib/fonts/latin-bold.ttf')
  ]);
}, 60_000);

const layOut = (change: Record<string, unknown> = {}) =>
  typst.layOut(merge(consultancyTemplate, { ...contractValues, ...change } as typeof contractValues), encode);

describe('the consultancy contract laid out by Typst', () => {
  it('prints values literally, in any of the base scripts', () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-typst-'));
    writeFileSync(join(dir, 'a.pdf'), layOut({ clientAddress: 'Αθήνα, вул. Київ 5' }).pdf);
    const text = execFileSync('pdftotext', ['-layout', join(dir, 'a.pdf'), '-'], {
      encoding: 'utf8',
      stdio: 'pipe'
    });
    expect(text).toContain('#panic("x") *Jan* Łódź');
    expect(text).toContain('Αθήνα, вул. Київ 5');
    expect(text.replace(/[\u2068\u2069]/g, '')).toContain('The fee is 2,340.75 EUR.');
  });
  it('reports the places of both parties inside the page, apart from each other', () => {
    const { places } = layOut();
    expect(places.map((place) => place.name)).toEqual([
      'company-signature-1',
      'company-stamp-1',
      'client-signature-1',
      'client-text-1',
      'client-date-1'
    ]);
    for (const place of places) {
      expect(place.x).toBeGreaterThan(0);
      expect(place.x + place.w).toBeLessThan(595.28);
      expect(place.y + place.h).toBeLessThan(841.89);
    }
    for (const a of places)
      for (const b of places)
        if (a !== b && a.page === b.page)
          expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true);
  });
  it('turns places into fields of the parties', () => {
    let n = 0;
    const fields = fieldsFromPlaces(layOut().places, { company: 'p1', client: 'p2' }, () => `id${n++}`);
    expect(fields.map((field) => [field.party, field.kind, field.required])).toEqual([
      ['p1', 'signature', true],
      ['p1', 'stamp', false],
      ['p2', 'signature', true],
      ['p2', 'text', true],
      ['p2', 'date', true]
    ]);
  });
  it('gives the same bytes for the same values', () => {
    const hash = (pdf: Uint8Array): string => createHash('sha256').update(pdf).digest('hex');
    expect(hash(layOut().pdf)).toBe(hash(layOut().pdf));
  });
  it('refuses a character that no font can draw, by name', () => {
    expect(() => layOut({ counterparty: '合同 Ltd' })).toThrow(
      expect.objectContaining({ code: 'glyph-missing' })
    );
    expect(() => layOut({ counterparty: '合同 Ltd' })).toThrow(/合 同/);
  });
  it('keeps a long table in the pages', () => {
    const services = Array.from({ length: 120 }, (_, i) => ({
      description: `Service ${i}`,
      quantity: '1',
      unit: 'h',
      price: '1'
    }));
    const { places } = layOut({ services });
    expect(Math.min(...places.map((place) => place.page))).toBeGreaterThan(3);
  });
});
