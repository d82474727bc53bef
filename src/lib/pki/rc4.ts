/** RC4, for reading key files of old. Nothing is ever encrypted with it here. `key`: 1 to 256 bytes. */
export function decryptRc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const s = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (i: number, j: number): void => {
    [s[i], s[j]] = [s[j] ?? 0, s[i] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + (s[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let j = 0;
  return data.map((byte, n) => {
    const i = (n + 1) & 255;
    j = (j + (s[i] ?? 0)) & 255;
    swap(i, j);
    return byte ^ (s[((s[i] ?? 0) + (s[j] ?? 0)) & 255] ?? 0);
  });
}
