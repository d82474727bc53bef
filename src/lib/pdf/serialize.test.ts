import { expect, test } from 'vitest';
import { decodeLatin1 } from '../bytes/latin1.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from './objects.ts';
import { ByteWriter, dateString, literalString, numberText, textString, writeObject } from './serialize.ts';

const written = (object: PdfObject, cipher: ((bytes: Uint8Array) => Uint8Array) | null = null) => {
  const out = new ByteWriter();
  writeObject(out, object, cipher);
  return decodeLatin1(out.take());
};

test('numbers have no exponent and no useless digits', () => {
  expect([0, -0, 7, -1.5, 1e-7, 0.00005, 123456789012, 1 / 3].map(numberText)).toEqual([
    '0',
    '0',
    '7',
    '-1.5',
    '0',
    '0.0001',
    '123456789012',
    '0.3333'
  ]);
  expect(() => numberText(Number.NaN)).toThrow('cannot be written');
});

test('names escape what is not regular', () => {
  expect(written(new PdfName('A B#/(é'))).toBe('/A#20B#23#2f#28#e9');
});

test('literal strings escape brackets, backslash and CR', () => {
  expect(decodeLatin1(literalString(Uint8Array.of(40, 41, 92, 13, 10, 255)))).toBe('(\\(\\)\\\\\\r\n\xff)');
});

test('text strings: ASCII plain, the rest UTF-16 with its mark', () => {
  expect(decodeLatin1(textString('Ann').bytes)).toBe('Ann');
  expect([...textString('Ł€').bytes]).toEqual([0xfe, 0xff, 0x01, 0x41, 0x20, 0xac]);
});

test('dates are UTC with their zone', () => {
  expect(decodeLatin1(dateString(Date.UTC(2026, 10, 24, 9, 5, 7)).bytes)).toBe("D:20261124090507+00'00'");
});

test('nested values, and a stream with its real length', () => {
  const dict = new PdfDict()
    .set('A', [1, null, true, new PdfRef(3, 0)])
    .set('B', new PdfDict().set('C', new PdfString(Uint8Array.of(1), true)))
    .set('D', 5);
  expect(written(dict)).toBe('<</A[1 null true 3 0 R]/B<</C<01>>>/D 5>>');
  const stream = new PdfStream(new PdfDict().set('Length', 99), Uint8Array.of(65, 66));
  expect(written(stream)).toBe('<</Length 2>>\nstream\nAB\nendstream');
});

test('a cipher sees every string and only strings', () => {
  const object = new PdfDict().set('T', new PdfString(Uint8Array.of(1, 2))).set('N', new PdfName('n'));
  expect(written(object, (bytes) => bytes.map((byte) => byte + 64))).toBe('<</T(AB)/N/n>>');
});
