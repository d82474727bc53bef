// security.md E1: one spelling for what is signed. Vectors of RFC 8785 (§3.2.3, appendix B where integers only).
import { describe, expect, test } from 'vitest';
import { jcs, JcsError, parseJcs, type Json } from '../../src/lib/domain/jcs.ts';

const limits = { length: 10_000, depth: 8 };
const refused = (text: string): string => {
  try {
    parseJcs(text, limits);
    return 'read';
  } catch (error) {
    if (error instanceof JcsError) return error.code;
    throw error;
  }
};

describe('E1: canonical text', () => {
  test('RFC 8785 §3.2.3: members in the order of UTF-16 units', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis'
    };
    expect(Object.values(JSON.parse(jcs(value)) as object)).toHaveLength(7);
    expect(jcs(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    );
  });

  test('RFC 8785 §3.2.2: strings and literals', () => {
    const value: Json = {
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false]
    };
    expect(jcs(value)).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  test.each<[string, Json]>([
    ['a fraction', 1.5],
    ['an integer beyond 2^53', 9_007_199_254_740_992],
    ['no number', Number.NaN],
    ['half a surrogate pair', '\ud83d'],
    ['half a surrogate pair in a name', { '\ude00': 1 }]
  ])('%s cannot be written', (_, value) => {
    expect(() => jcs(value)).toThrow(JcsError);
  });

  test('what was written is read back, and stays the same text', () => {
    const value: Json = { b: [1, -9_007_199_254_740_991, 0], a: { 'ł\u2028': '🖋', z: null } };
    expect(parseJcs(jcs(value), limits)).toEqual(value);
  });

  test.each([
    ['a member twice', '{"a":1,"a":1}', 'not-canonical'],
    ['a member twice, with another value', '{"a":1,"a":2}', 'not-canonical'],
    ['another order', '{"b":1,"a":1}', 'not-canonical'],
    ['white space', '{ "a":1}', 'not-canonical'],
    ['an escape that is not needed', '{"a":"\\u0041"}', 'not-canonical'],
    ['minus zero', '{"a":-0}', 'not-canonical'],
    ['an exponent', '{"a":1e2}', 'not-canonical'],
    ['a fraction', '{"a":1.5}', 'not-canonical'],
    ['an unsafe integer', '{"a":9007199254740993}', 'not-canonical'],
    ['half a surrogate pair', '{"a":"\\ud83d"}', 'not-canonical'],
    ['a byte order mark', '\ufeff{"a":1}', 'unreadable'],
    ['no JSON', '{"a":', 'unreadable'],
    ['too many levels', `${'['.repeat(9)}${']'.repeat(9)}`, 'too-deep'],
    ['a million levels', '['.repeat(9_999), 'too-deep'],
    ['too much', `"${'x'.repeat(10_000)}"`, 'too-long']
  ])('%s is refused when read', (_, text, code) => {
    expect(refused(text)).toBe(code);
  });

  test('brackets inside strings are no levels', () => {
    const text = jcs({ a: '[[[[[[[[[[{{{{\\"[[[[' });
    expect(parseJcs(text, limits)).toEqual({ a: '[[[[[[[[[[{{{{\\"[[[[' });
  });
});
