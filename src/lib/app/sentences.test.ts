import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf, sentence, sentenceOf } from './sentences.ts';

const general = sentence('a code nobody knows');

/** Codes as the type lists them in its source. */
function codesOf(file: string, type: string): string[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const body = new RegExp(`export type ${type} =([^;]+);`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
}

test.each([
  ['../domain/api.ts', 'ServerErrorCode'],
  ['../pdf/error.ts', 'PdfErrorCode'],
  ['../store/contract.ts', 'StoreErrorCode'],
  ['../keys/error.ts', 'KeyErrorCode']
])('every code of %s %s has a sentence of its own', (file, type) => {
  const codes = codesOf(file, type);
  expect(codes.length).toBeGreaterThan(3);
  for (const code of codes) expect(sentence(code), code).not.toBe(general);
});

test('whatever is thrown gives a sentence', () => {
  expect(sentenceOf(Object.assign(new Error('x'), { code: 'unreachable' }))).toContain('server');
  expect(sentenceOf(new Error('x'))).toBe(general);
  expect(sentenceOf(null)).toBe(general);
  expect(codeOf('text')).toBe('');
});
