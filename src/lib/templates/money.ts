/**
 * Decimal arithmetic on text: money never becomes a floating-point number. A decimal is digits with at most
 * two after a point or comma; blanks between thousands are allowed.
 */

const DECIMAL = /^(\d{1,12})(?:[.,](\d{1,2}))?$/;

/** Hundredths of a decimal as people write it; null when it is not one. */
export function hundredths(written: string): bigint | null {
  const match = DECIMAL.exec(written.replace(/[\s\u00a0\u202f]/g, ''));
  if (match === null) return null;
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0') || '0');
}

/** Quantity × price, both in hundredths, rounded half up to hundredths. */
export function product(quantity: bigint, price: bigint): bigint {
  return (quantity * price + 50n) / 100n;
}

/** `1234567n` → `12,345.67`. */
export function formatHundredths(value: bigint): string {
  const whole = String(value / 100n).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}.${String(value % 100n).padStart(2, '0')}`;
}
