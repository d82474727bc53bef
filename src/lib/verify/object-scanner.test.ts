import { describe, expect, test } from 'vitest';
import { plainPages } from '../../../tests/vectors/plain-pages.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { ObjectScanner } from './object-scanner.ts';

/** What the scanner says of object 6 when this stands there. */
function scan(body: string, { num = 6, more = '' } = {}) {
  const file = plainPages([{}], [body, '12', more]);
  const text = Buffer.from(file).toString('latin1');
  const offset = text.indexOf('\n6 0 obj') + 1;
  const view = openPdf(memorySource(file));
  const reads: number[] = [];
  const source: ByteSource = {
    size: file.length,
    read: (from, length) => {
      reads.push(from);
      return file.subarray(from, from + length);
    }
  };
  const found: number[] = [];
  const again = () => void found.splice(0);
  const told = new ObjectScanner(source).scan(view, offset, num, (target) => found.push(target), again);
  const end = text.indexOf('endobj', offset) + 6;
  return { told, found, offset, end, reads: reads.length };
}

describe('objects read by their tokens', () => {
  test('references of a dictionary, in strings and comments none', () => {
    const { told, found, offset, end } = scan('<< /A 2 0 R /B [3 0 R (4 0 R) <35> % 5 0 R\n] /C 1 /D 7 >>');
    expect(found).toEqual([2, 3]);
    expect(told).toMatchObject({ start: offset, end, isStream: false, branches: false });
  });
  test('what may be part of the page tree is named', () => {
    expect(scan('<< /Kids [2 0 R] >>').told?.branches).toBe(true);
    expect(scan('<< /Pages 2 0 R >>').told?.branches).toBe(true);
  });
  test('a stream ends where its /Length says, said directly or by another object', () => {
    const data = 'endobj 9 0 R';
    for (const length of ['12', '7 0 R']) {
      const { told, found, offset } = scan(`<< /Length ${length} >>\nstream\n${data}\nendstream`);
      expect(told).toMatchObject({ start: offset, isStream: true });
      expect(found).toEqual(length === '12' ? [] : [7]);
      expect((told?.end ?? 0) - offset).toBeGreaterThan(40);
    }
  });
  test.each([
    ['a /Length that is too short', '<< /Length 3 >>\nstream\nabcdefghijkl\nendstream'],
    ['a /Length that leads behind the file', '<< /Length 9999 >>\nstream\nabc\nendstream'],
    ['a /Length that is no number', '<< /Length 8 0 R >>\nstream\nabc\nendstream'],
    ['a key that is no name', '<< 1 2 >>'],
    ['two values for one object', '<< >> << >>']
  ])('%s is left to a real reader', (_, body) => {
    expect(scan(body).told).toBeNull();
  });
  test('another number than the one asked for is left to a real reader', () => {
    expect(scan('<< >>', { num: 5 }).told).toBeNull();
  });
  test('a long object is read in growing pieces and told once', () => {
    const names = Array.from({ length: 60_000 }, (_, i) => `/N${i}`).join(' ');
    const { told, found, reads } = scan(`<< /A 2 0 R /Long [${names}] /B 3 0 R >>`);
    expect(told).not.toBeNull();
    expect(found).toEqual([2, 3]);
    expect(reads).toBe(2);
  });
  test('an object that goes on behind its revision is left to a real reader', () => {
    const file = plainPages([{}], ['<< /A 2 0 R >>']);
    const cut = Buffer.from(file).indexOf('6 0 obj') + 10;
    const view = openPdf(memorySource(file));
    const short = { ...view, end: cut } as typeof view;
    const scanner = new ObjectScanner(memorySource(file));
    expect(
      scanner.scan(
        view,
        cut - 10,
        6,
        () => undefined,
        () => undefined
      )
    ).not.toBeNull();
    expect(
      scanner.scan(
        short,
        cut - 10,
        6,
        () => undefined,
        () => undefined
      )
    ).toBeNull();
  });
});
