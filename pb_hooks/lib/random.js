// Uniform randomness from crypto/rand (`security.md` X3). Nothing else here makes any.

/** `count` random bytes as lower-case hex. */
function randomHex(count) {
  return $security.randomStringWithAlphabet(2 * count, '0123456789abcdef');
}

/** `count` random bytes. */
function randomBytes(count) {
  return Uint8Array.from(Buffer.from(randomHex(count), 'hex'));
}

/** A link's token: 43 characters of A-Z a-z 0-9, 256 bits (L1). */
function randomToken() {
  return $security.randomStringWithAlphabet(
    43,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  );
}

/** Six digits, each as likely as the other (L3). */
function randomCode() {
  return $security.randomStringWithAlphabet(6, '0123456789');
}

module.exports = { randomBytes, randomCode, randomHex, randomToken };
