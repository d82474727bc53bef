/**
 * How a text travels by SMS (3GPP TS 23.038, 23.040): in the default alphabet of 7 bits when every character is in
 * it, else in UCS-2; in one part, or in several that each spend some room on saying where they belong.
 */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Two septets each: an escape goes before (§6.2.1.1). */
const EXTENDED = '\f^{}\\[~]|€';

export interface SmsLength {
  readonly alphabet: 'gsm-7' | 'ucs-2';
  /** Septets, or UTF-16 units. */
  readonly units: number;
  readonly parts: number;
}

const LIMITS = {
  'gsm-7': { one: 160, each: 153 },
  'ucs-2': { one: 70, each: 67 }
} as const;

/** Parts when no character of two units is cut in the middle. */
function count(sizes: readonly number[], alphabet: SmsLength['alphabet']): SmsLength {
  const { one, each } = LIMITS[alphabet];
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (units <= one) return { alphabet, units, parts: 1 };
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return { alphabet, units, parts };
}

/** Length of a text as carriers count and bill it. */
export function smsLength(text: string): SmsLength {
  const septets: number[] = [];
  for (const character of text) {
    if (BASIC.includes(character)) septets.push(1);
    else if (EXTENDED.includes(character)) septets.push(2);
    else
      return count(
        Array.from(text, (one) => one.length),
        'ucs-2'
      );
  }
  return count(septets, 'gsm-7');
}
