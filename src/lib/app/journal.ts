import type { DeviceEvent } from '../domain/event.ts';
import { isoTime } from './signing-evidence.ts';

type Clocks = { now(): number; monotonic(): number };

/**
 * What a signer's device notes before the signature: how far the document was read and when each field was
 * filled in last. One entry each, however often it happens; they are signed together with the document.
 */
export class Journal {
  readonly #clocks: Clocks;
  #viewed: DeviceEvent | null = null;
  readonly #filled = new Map<string, DeviceEvent>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** A page came into view; the furthest counts. */
  view(page: number): void {
    if (page <= (this.#viewed?.page ?? 0)) return;
    this.#viewed = { kind: 'viewed', ...this.#when(), page };
  }

  fill(field: string): void {
    // In the order of the last change.
    this.#filled.delete(field);
    this.#filled.set(field, { kind: 'filled', ...this.#when(), field });
  }

  /** In the order of the device's own clock that cannot be set; at most `limit`, the last ones. */
  entries(limit: number): readonly DeviceEvent[] {
    const all = [...(this.#viewed === null ? [] : [this.#viewed]), ...this.#filled.values()];
    return all.sort((a, b) => a.monotonic - b.monotonic).slice(-limit);
  }

  #when(): { at: string; monotonic: number } {
    return { at: isoTime(this.#clocks.now()), monotonic: Math.round(this.#clocks.monotonic()) };
  }
}
