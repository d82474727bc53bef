/** RC4, both ways alike. Only for files whose security handler asks for it (ISO 32000-1 §7.6.2). */
export function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const state = new Uint8Array(256);
  for (let i = 0; i < 256; i += 1) state[i] = i;
  for (let i = 0, j = 0; i < 256; i += 1) {
    const own = state[i] ?? 0;
    j = (j + own + (key[i % key.length] ?? 0)) & 255;
    state[i] = state[j] ?? 0;
    state[j] = own;
  }
  const out = new Uint8Array(bytes.length);
  for (let at = 0, i = 0, j = 0; at < bytes.length; at += 1) {
    i = (i + 1) & 255;
    const own = state[i] ?? 0;
    j = (j + own) & 255;
    const other = state[j] ?? 0;
    state[i] = other;
    state[j] = own;
    out[at] = (bytes[at] ?? 0) ^ (state[(own + other) & 255] ?? 0);
  }
  return out;
}
