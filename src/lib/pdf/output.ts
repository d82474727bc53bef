import { limitError } from './limits.ts';

/** Asked before a decoder allocates: the file's `Budget`, or nobody. */
export interface Room {
  take(bytes: number): void;
  give(bytes: number): void;
  /** Throws when so many bytes are more than the file may still inflate. */
  check(bytes: number): void;
  /** The result is the caller's: only what is needed on the way to it is asked for. */
  readonly handsOver: boolean;
}

/** For data that was counted already, or that is small. */
export const freeRoom: Room = {
  take: () => undefined,
  give: () => undefined,
  check: () => undefined,
  handsOver: true
};

/** Longer results are measured before they are allocated: then a refused one never exists. */
const MEASURED = 16 * 1024 * 1024;

/** Thrown when the result outgrows what is allocated on trust. */
const LONGER = Symbol('longer');

/** Where a decoder writes; `counting` when only the length is wanted. */
export class Output {
  size = 0;
  bytes: Uint8Array;

  constructor(
    capacity: number,
    private readonly limit: number,
    private readonly room: Room,
    private readonly kind: 'growing' | 'counting' | 'exact'
  ) {
    if (kind === 'growing') room.take(capacity);
    this.bytes = new Uint8Array(kind === 'counting' ? 0 : capacity);
  }

  /** Makes sure that so many more bytes fit. Throws PdfError `limit`. */
  reserve(more: number): void {
    const end = this.size + more;
    if (end > this.limit) throw limitError('decoded bytes', this.limit);
    if (end <= this.bytes.length) return;
    this.room.check(end);
    if (this.kind === 'counting') return;
    if (this.kind === 'exact' || end > MEASURED) throw LONGER;
    const capacity = Math.min(this.limit, MEASURED, Math.max(this.bytes.length * 2, end));
    this.room.take(capacity);
    const bigger = new Uint8Array(capacity);
    bigger.set(this.bytes.subarray(0, this.size));
    this.room.give(this.bytes.length);
    this.bytes = bigger;
  }

  byte(value: number): void {
    if (this.size >= this.bytes.length) {
      this.reserve(1);
      if (this.kind === 'counting') {
        this.size += 1;
        return;
      }
    }
    this.bytes[this.size++] = value;
  }

  copy(from: Uint8Array, at: number, length: number): void {
    this.reserve(length);
    if (this.kind !== 'counting') this.bytes.set(from.subarray(at, at + length), this.size);
    this.size += length;
  }

  /** `length` bytes from `distance` before the end; they may overlap what is written. */
  repeat(distance: number, length: number): void {
    let to = this.size;
    const end = to + length;
    if (end > this.bytes.length) {
      this.reserve(length);
      if (this.kind === 'counting') {
        this.size = end;
        return;
      }
    }
    const { bytes } = this;
    for (let from = to - distance; to < end;) bytes[to++] = bytes[from++] ?? 0;
    this.size = end;
  }
}

/**
 * Runs `decode` into as much memory as its result needs, `guess` bytes at first. A long result is decoded
 * three times: until it is seen to be long, to measure it, and to have it. Throws PdfError `limit`, or what
 * `decode` throws.
 */
export function decodeInto(
  guess: number,
  limit: number,
  room: Room,
  decode: (output: Output) => void
): Uint8Array {
  const first = new Output(Math.min(limit, MEASURED, Math.max(1024, guess)), limit, room, 'growing');
  try {
    decode(first);
    return first.bytes.subarray(0, first.size);
  } catch (error) {
    if (error !== LONGER) throw error;
    room.give(first.bytes.length);
  }
  const counted = new Output(0, limit, room, 'counting');
  decode(counted);
  if (!room.handsOver) room.take(counted.size);
  const exact = new Output(counted.size, limit, room, 'exact');
  decode(exact);
  return exact.bytes.subarray(0, exact.size);
}
