import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from './concat.ts';
import { joinedSource } from './joined-source.ts';
import { memorySource } from './source.ts';

test('reads are those of the joined bytes, wherever they begin and end', () => {
  const part = fc.uint8Array({ maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -3, max: 40 }),
      fc.nat(40),
      (parts, offset, length) => {
        const whole = concat(...parts);
        const [first = new Uint8Array(0), ...tails] = parts;
        const joined = joinedSource(memorySource(first), ...tails);
        expect(joined.size).toBe(whole.length);
        expect([...joined.read(offset, length)]).toEqual([...memorySource(whole).read(offset, length)]);
      }
    )
  );
});
