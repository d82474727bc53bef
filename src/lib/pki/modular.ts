/** `base^exponent mod modulus`. For public values only: time depends on them. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  // The exponent's bits from its text: shifting a 3,000-bit BigInt once a bit costs more than the squarings.
  const bits = exponent.toString(2);
  for (let i = bits.length - 1; i >= 0; i--) {
    if (bits.charAt(i) === '1') result = (result * square) % modulus;
    if (i > 0) square = (square * square) % modulus;
  }
  return result;
}

/** `value^-1 mod modulus`, or null when there is none. */
export function inverse(value: bigint, modulus: bigint): bigint | null {
  let [r0, r1] = [modulus, ((value % modulus) + modulus) % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return r0 === 1n ? ((t0 % modulus) + modulus) % modulus : null;
}

/** Big-endian value of bytes. */
export function toNumber(bytes: Uint8Array): bigint {
  let hex = '0';
  for (const byte of bytes) hex += (byte < 16 ? '0' : '') + byte.toString(16);
  return BigInt(`0x${hex}`);
}

/** Big-endian bytes of a value that fits into `size` bytes. */
export function toBytes(value: bigint, size: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * size, '0');
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export const bitLength = (value: bigint): number => value.toString(2).length;
