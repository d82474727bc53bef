const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Identifier of a record or action: 15 of a-z0-9, as PocketBase wants it, made once on the device. */
export const ID_PATTERN = /^[a-z0-9]{15}$/;

/**
 * Makes an identifier from 15 or more random bytes (the caller brings them; rooms above stay pure).
 * The small bias of `% 36` costs less than a bit over the whole id.
 */
export function idFromBytes(random: Uint8Array): string {
  let id = '';
  for (const byte of random.subarray(0, 15)) id += ALPHABET.charAt(byte % 36);
  if (id.length !== 15) throw new RangeError('an id needs 15 random bytes');
  return id;
}
