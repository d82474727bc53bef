// The page hands files to the worker and counts its own tasks of more than 50 ms meanwhile.
import type { Answer, Order } from './bench.worker.ts';

interface Bench {
  /** Runs one order in the worker; a new one when `fresh`. */
  run(
    order: Omit<Order, 'file'> & { name: string },
    fresh?: boolean
  ): Promise<Answer & { longTasks: number }>;
}

let worker: Worker | null = null;
const start = (): Worker => new Worker('/bench.worker.js', { type: 'module', name: 'bench' });

function fileCalled(name: string): File {
  const input = document.querySelector<HTMLInputElement>('#files');
  const file = [...(input?.files ?? [])].find((one) => one.name === name);
  if (file === undefined) throw new Error(`no file ${name}`);
  return file;
}

const bench: Bench = {
  async run({ name, ...order }, fresh = false) {
    if (fresh) {
      worker?.terminate();
      worker = null;
    }
    const running = (worker ??= start());
    let longTasks = 0;
    const observer = new PerformanceObserver((list) => {
      longTasks += list.getEntries().length;
    });
    observer.observe({ type: 'longtask' });
    const answer = await new Promise<Answer>((resolve, reject) => {
      running.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      running.onerror = (event) => reject(new Error(event.message));
      running.postMessage({ ...order, file: fileCalled(name) });
    });
    observer.disconnect();
    if (answer.error !== null) throw new Error(answer.error);
    return { ...answer, longTasks };
  }
};

(globalThis as unknown as { bench: Bench }).bench = bench;
