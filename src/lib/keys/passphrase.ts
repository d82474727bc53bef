import { WORDS } from './words.ts';

/** Why a passphrase is not taken; null when it is. */
export type PassphraseWeakness = 'short' | 'common';

/** Fewest characters of a passphrase that a person makes up (`security.md` K2). */
export const SHORTEST = 14;

/** What people type when asked for something long: these, and digits, are taken out before counting. */
const COMMON =
  /passwort|password|passwd|passphrase|parol[ae]?|пароль|qwert[yz]u?i?o?p?|йцукенг?|asdfgh?j?k?l?|zxcvbn?m?|letmein|welcome|admin(?:istrator)?|iloveyou|monkey|dragon|football|baseball|sunshine|princess|master|shadow|superman|batman|trustno|abcdefgh?|secret|login|default|changeme|countersign|contract/gi;

/** Whether the text is one short piece again and again, or runs up or down the character codes. */
function isMonotonous(text: string): boolean {
  if (new Set(text).size < 6) return true;
  for (let size = 1; size <= 7; size++) {
    if (text.slice(size) === text.slice(0, -size)) return true;
  }
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, i) => Math.abs(code - (codes[i] ?? 0)) <= 1).length;
  return steps > codes.length / 2;
}

/** Judges a passphrase that a person made up: at least 14 characters, and not what a thief tries first. */
export function passphraseWeakness(passphrase: string): PassphraseWeakness | null {
  const text = passphrase.normalize('NFKC');
  if ([...text].length < SHORTEST) return 'short';
  if (isMonotonous(text.toLowerCase())) return 'common';
  const rest = text
    .toLowerCase()
    .replace(COMMON, '')
    .replace(/[\d\s._!@#$*-]/g, '');
  return [...rest].length < 6 ? 'common' : null;
}

/** A new passphrase: six words of 2,048, 66 bits, each word drawn evenly. */
export function suggestPassphrase(): string {
  const draws = crypto.getRandomValues(new Uint16Array(6));
  // 65,536 is a multiple of 2,048: the remainder is even.
  return [...draws].map((draw) => WORDS[draw % WORDS.length]).join(' ');
}
