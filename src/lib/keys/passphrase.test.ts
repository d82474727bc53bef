import { describe, expect, test } from 'vitest';
import { passphraseWeakness, suggestPassphrase } from './passphrase.ts';
import { WORDS } from './words.ts';

describe('passphrases', () => {
  test('2,048 different words of small letters: 66 bits in six of them', () => {
    expect(WORDS.length).toBe(2048);
    expect(new Set(WORDS).size).toBe(2048);
    expect(WORDS.every((word) => /^[a-z]{3,8}$/.test(word))).toBe(true);
    expect(6 * Math.log2(WORDS.length)).toBeGreaterThanOrEqual(64);
  });
  test('a suggestion is six of the words, strong, and never the same', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const suggestion = suggestPassphrase();
      const words = suggestion.split(' ');
      expect(words.length).toBe(6);
      expect(words.every((word) => WORDS.includes(word))).toBe(true);
      expect(passphraseWeakness(suggestion)).toBeNull();
      seen.add(suggestion);
    }
    expect(seen.size).toBe(500);
  });
  test('every word can come, each about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      for (const word of suggestPassphrase().split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    expect(counts.size).toBe(2048);
    // Mean 58.6, standard deviation 7.7: seven of those to each side.
    expect(Math.min(...counts.values())).toBeGreaterThan(5);
    expect(Math.max(...counts.values())).toBeLessThan(113);
  });
  test.each(['', 'thirteen char', 'йцукенг123456', '🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂'])('%j is short', (text) =>
    expect(passphraseWeakness(text)).toBe('short')
  );
  test.each([
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    'password12345678',
    'Password!Password!',
    'qwertyuiop123456',
    'йцукен1234567890',
    'пароль пароль пароль',
    'abcdefghijklmnop',
    '12345678901234567890',
    'letmein letmein letmein',
    'admin@2026 contract'
  ])('%j is common', (text) => expect(passphraseWeakness(text)).toBe('common'));
  test.each(['Зимой в Томске снег лежит', 'my dog eats seven shoes', 'x9$kTq2!vLm8&Zr4'])(
    '%j is taken',
    (text) => expect(passphraseWeakness(text)).toBeNull()
  );
});
