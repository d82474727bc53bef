import { describe, expect, test } from 'vitest';
import { smsLength } from './sms-text.ts';

describe('length of an SMS (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1)', () => {
  test.each([
    ['', 'gsm-7', 0, 1],
    ['a'.repeat(160), 'gsm-7', 160, 1],
    ['a'.repeat(161), 'gsm-7', 161, 2],
    ['a'.repeat(306), 'gsm-7', 306, 2],
    ['a'.repeat(307), 'gsm-7', 307, 3],
    // The euro sign takes two septets, and is never cut: 152 + 2 do not fit into one part of 153.
    ['€'.repeat(80), 'gsm-7', 160, 1],
    ['€'.repeat(81), 'gsm-7', 162, 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm-7', 306, 3],
    ['Köln, Århus, Ñandù, ¿§?', 'gsm-7', 23, 1],
    ['ż'.repeat(70), 'ucs-2', 70, 1],
    ['ż'.repeat(71), 'ucs-2', 71, 2],
    ['ż'.repeat(134), 'ucs-2', 134, 2],
    ['ż'.repeat(135), 'ucs-2', 135, 3],
    // A character outside the basic plane is two units, kept together: 66 + 2 > 67.
    ['😀'.repeat(35), 'ucs-2', 70, 1],
    ['😀'.repeat(67), 'ucs-2', 134, 3],
    ['ç', 'ucs-2', 1, 1]
  ] as const)('%#: %s', (text, alphabet, units, parts) => {
    expect(smsLength(text)).toEqual({ alphabet, units, parts });
  });
});
