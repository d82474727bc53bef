import { describe, expect, test } from 'vitest';
import { loadFonts } from '../../../cli/fonts.ts';
import { decodeLatin1 } from '../../bytes/latin1.ts';
import { memorySource } from '../../bytes/source.ts';
import { openPdf } from '../document.ts';
import { PdfStream, PdfString, type PdfObject } from '../objects.ts';
import type { Block, Paper } from './model.ts';
import { writePaper } from './write.ts';

const paper = (blocks: Block[], title = 'A contract'): Paper => ({
  title,
  language: 'en',
  overline: 'Certificate',
  footer: 'File 00',
  pageOf: 'Page {page} of {pages}',
  created: Date.UTC(2026, 10, 24),
  blocks
});

/** What a reader finds on a page: the text behind its codes (ISO 32000-2 §9.10.3), a line for each piece. */
function textOf(bytes: Uint8Array, page: number): string {
  const doc = openPdf(memorySource(bytes));
  const { dict } = doc.page(page);
  const streamText = (object: PdfObject | undefined): string => {
    const stream = doc.resolve(object);
    return stream instanceof PdfStream ? decodeLatin1(doc.inflate(stream)) : '';
  };
  const fonts = new Map<string, Map<string, string>>();
  for (const [name, ref] of doc.dict(doc.dict(dict.get('Resources'))?.get('Font'))?.map ?? []) {
    const map = new Map<string, string>();
    const cmap = streamText(doc.dict(ref)?.get('ToUnicode'));
    const unicode = (hex: string) =>
      (hex.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16))).join('');
    for (const [, from = '', to = '', list = ''] of cmap.matchAll(/<(\w{4})> ?<(\w{4})> ?\[([^\]]*)\]/g)) {
      const texts = [...list.matchAll(/<(\w*)>/g)].map(([, hex = '']) => unicode(hex));
      for (let code = parseInt(from, 16); code <= parseInt(to, 16); code += 1)
        map.set(code.toString(16).padStart(4, '0'), texts[code - parseInt(from, 16)] ?? '');
    }
    fonts.set(name, map);
  }
  let current = new Map<string, string>();
  let out = '';
  for (const [, font, hex] of streamText(dict.get('Contents')).matchAll(/\/(F\d+) [\d.]+ Tf|<(\w+)>/g)) {
    if (font !== undefined) current = fonts.get(font) ?? current;
    else out += (hex?.match(/.{4}/g) ?? []).map((code) => current.get(code) ?? '?').join('');
  }
  return out;
}

describe('a paper as PDF', () => {
  test('says everything, in every script, and counts its pages', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      term: `Term ${i}`,
      text: `Text ${i}`,
      note: 'small'
    }));
    const bytes = writePaper(
      paper([
        { kind: 'verdict', tone: 'good', text: 'Nothing changed', note: 'as it was signed' },
        { kind: 'heading', text: 'Żółć', note: 'Acme' },
        { kind: 'facts', rows: [{ term: 'Name', text: '山田太郎' }, ...rows] },
        { kind: 'paragraph', text: 'the end' }
      ]),
      await loadFonts()
    );
    const doc = openPdf(memorySource(bytes));
    expect(doc.repaired).toBe(false);
    expect(doc.pageCount).toBeGreaterThan(2);
    const pages = Array.from({ length: doc.pageCount }, (_, i) => textOf(bytes, i + 1));
    expect(pages[0]).toContain('Żółć');
    expect(pages[0]).toContain('山田太郎');
    pages.forEach((text, i) => expect(text).toContain(`Page ${i + 1} of ${doc.pageCount}`));
    const all = pages.join('');
    for (let i = 0; i < 60; i += 1) expect(all).toContain(`Text ${i}`);
    expect(all).toContain('the end');
    const title = doc.dict(doc.trailer.get('Info'))?.get('Title');
    expect(title instanceof PdfString && decodeLatin1(title.bytes)).toBe('A contract');
  });

  test('writes the code point of what no font has, and cuts a word that is wider than its column', async () => {
    const bytes = writePaper(
      paper([{ kind: 'facts', rows: [{ term: 'x'.repeat(60), text: 'y'.repeat(200) }] }], 'Signed 🖋'),
      await loadFonts()
    );
    const text = textOf(bytes, 1);
    expect(text).toContain('Signed [U+1F58B]');
    expect(text.split('y').length - 1).toBe(200);
  });
});
