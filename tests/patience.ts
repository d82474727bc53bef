import { vi } from 'vitest';

// A wait is a limit for what hangs. Its default of one second measures the machine, not the code: a busy one
// may take longer to open a database or to draw a page. How fast things are is for the bench.
const LIMIT = 15_000;
const waitFor = vi.waitFor;
const waitUntil = vi.waitUntil;
const patient = <T extends object>(options: number | T | undefined): number | (T & { timeout: number }) =>
  typeof options === 'number' ? options : { timeout: LIMIT, ...(options as T) };
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
