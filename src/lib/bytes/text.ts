/** UTF-8 of a text. A lone surrogate has none: RangeError, never a silent U+FFFD. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) throw new RangeError('lone surrogate');
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) {
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    } else {
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63)
      );
    }
  }
  return Uint8Array.from(bytes);
}

/** Text of UTF-8. Overlong forms, surrogates and broken sequences: RangeError (RFC 3629 §3). */
export function fromUtf8(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let points: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++] ?? 0;
    const more =
      first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more < 0 || i + more > bytes.length) throw new RangeError(`not UTF-8 at ${i - 1}`);
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let j = 0; j < more; j++) {
      const next = bytes[i++] ?? 0;
      if ((next & 0xc0) !== 0x80) throw new RangeError(`not UTF-8 at ${i - 1}`);
      point = (point << 6) | (next & 0x3f);
    }
    const least = more === 2 ? 0x800 : more === 3 ? 0x10000 : 0;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw new RangeError(`not UTF-8 at ${i - 1}`);
    }
    points.push(point);
    if (points.length === 4096) {
      pieces.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  pieces.push(String.fromCodePoint(...points));
  return pieces.join('');
}

/** One character a byte (ISO 8859-1), both ways. */
export function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 4096) {
    pieces.push(String.fromCharCode(...bytes.subarray(i, i + 4096)));
  }
  return pieces.join('');
}

/** Throws RangeError for characters above U+00FF. */
export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new RangeError(`not ISO 8859-1 at ${i}`);
    bytes[i] = code;
  }
  return bytes;
}
