/** A clock that tests move, locks and channels inside one page, and a runner on top of them. */
import { noFaults } from '../../src/lib/sync/faults.ts';
import type { Channel, ChannelMessage, Clock, Locks } from '../../src/lib/sync/ports.ts';
import { Runner, type RunnerPorts } from '../../src/lib/sync/runner.ts';

export class TestClock implements Clock {
  #now = 1_000_000;
  #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time of the next timer, or null. */
  get next(): number | null {
    return this.#timers.size === 0 ? null : Math.min(...[...this.#timers].map(({ at }) => at));
  }

  /** Lets time pass and calls what is due, in order. */
  move(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.next; next !== null && next <= end; next = this.next) {
      this.#now = Math.max(this.#now, next);
      for (const timer of [...this.#timers].filter(({ at }) => at === next)) {
        this.#timers.delete(timer);
        timer.call();
      }
    }
    this.#now = end;
  }
}

/** Locks that any number of runners may share: the next waits until the first has let go. */
export class TestLocks implements Locks {
  #queues = new Map<string, Promise<void>>();

  hold(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const before = this.#queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => (signal.aborted ? undefined : work()));
    this.#queues.set(
      name,
      mine.catch(() => undefined)
    );
    return mine;
  }
}

/** Channels of one origin: each hears the others. */
export function channels(): () => Channel {
  const all = new Set<(message: ChannelMessage) => void>();
  return () => {
    let own: ((message: ChannelMessage) => void) | null = null;
    return {
      post(message) {
        for (const hear of all) if (hear !== own) hear(message);
      },
      listen(hear) {
        own = hear;
        all.add(hear);
        return () => all.delete(hear);
      }
    };
  };
}

export function aRunner(ports: Pick<RunnerPorts, 'queue' | 'remote'> & Partial<RunnerPorts>): Runner {
  return new Runner({
    clock: new TestClock(),
    random: () => 0.5,
    faults: noFaults,
    locks: new TestLocks(),
    channel: channels()(),
    mayPull: () => true,
    ...ports
  });
}

/** Waits, in turns of the event loop and not in time, until `test` holds. */
export async function until(test: () => boolean | Promise<boolean>, what = 'condition'): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 0));
  }
}
