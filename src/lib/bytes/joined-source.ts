import type { ByteSource } from './source.ts';

/** A file as it is plus what was appended: reads across the seam copy, all others are views. */
export function joinedSource(first: ByteSource, ...tails: readonly Uint8Array[]): ByteSource {
  if (tails.length === 0) return first;
  const starts: number[] = [];
  let size = first.size;
  for (const tail of tails) {
    starts.push(size);
    size += tail.length;
  }
  const piece = (index: number, from: number, to: number): Uint8Array =>
    index < 0
      ? first.read(from, Math.min(to, first.size) - from)
      : (tails[index] ?? new Uint8Array(0)).subarray(
          from - (starts[index] ?? 0),
          Math.min(to, (starts[index + 1] ?? size) as number) - (starts[index] ?? 0)
        );
  return {
    size,
    read: (offset, length) => {
      const from = Math.max(0, offset);
      const to = Math.min(size, offset + length);
      if (to <= from) return new Uint8Array(0);
      let index = starts.length - 1;
      while (index >= 0 && (starts[index] ?? 0) > from) index -= 1;
      const head = piece(index, from, to);
      if (from + head.length >= to) return head;
      const whole = new Uint8Array(to - from);
      whole.set(head);
      for (let at = from + head.length; at < to;) {
        index += 1;
        const next = piece(index, at, to);
        whole.set(next, at - from);
        at += next.length;
      }
      return whole;
    }
  };
}
