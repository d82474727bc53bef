/** As `scripts/fonts.js` writes it: a byte for each of U+2E80 to U+9FFF, then of U+F900 to U+FAFF … */
const [FIRST, LAST] = [0x2e80, 0x9fff] as const;
const [COMPATIBLE, COMPATIBLE_LAST] = [0xf900, 0xfaff] as const;
/** … then rows of four bytes, ascending: a code point of the further planes and its byte. */
const ROWS = LAST + 1 - FIRST + COMPATIBLE_LAST + 1 - COMPATIBLE;

/** The packs that have a Han character, as `FontSet.han` wants them. */
export function packsOfHan(table: Uint8Array, codePoint: number): number {
  if (codePoint >= FIRST && codePoint <= LAST) return table[codePoint - FIRST] ?? 0;
  if (codePoint >= COMPATIBLE && codePoint <= COMPATIBLE_LAST)
    return table[codePoint - COMPATIBLE + LAST + 1 - FIRST] ?? 0;
  for (let low = 0, high = (table.length - ROWS) / 4; low < high;) {
    const row = (low + high) >> 1;
    const [a = 0, b = 0, c = 0, packs = 0] = table.subarray(ROWS + 4 * row, ROWS + 4 * row + 4);
    const code = (a << 16) | (b << 8) | c;
    if (code === codePoint) return packs;
    if (code < codePoint) low = row + 1;
    else high = row;
  }
  return 0;
}
