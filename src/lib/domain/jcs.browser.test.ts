import { expect, test } from 'vitest';
import { jcs, parseJcs } from './jcs.ts';

// The vectors of tests/security/e1.test.ts (Node) and tests/hooks/x3-engine.test.ts (PocketBase's engine).
test('E1: RFC 8785 §3.2.3 gives the same bytes in a browser', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
  const text = jcs(value);
  expect(text).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  expect(parseJcs(text, { length: 100, depth: 1 })).toEqual(value);
  expect(() => parseJcs('{"a":1,"a":1}', { length: 100, depth: 1 })).toThrow();
});
