import { KeyError, type KeyErrorCode } from './error.ts';
import type { VaultDoor } from './vault.ts';

type Call = keyof VaultDoor;
const CALLS: readonly Call[] = [
  'create',
  'unlock',
  'unlockByPin',
  'pinUntil',
  'dropPin',
  'lock',
  'prove',
  'grant',
  'sign',
  'changeLock',
  'backUp',
  'restore',
  'setUpRoot',
  'importPkcs12',
  'exportPkcs12'
];

export interface ToVault {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}
interface Failure {
  readonly code: string | null;
  readonly message: string;
}
export type FromVault =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failure: Failure };

/** An error as it crosses the border. */
export function failureOf(error: unknown): Failure {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : null, message: String(message ?? error) };
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The vault in its worker, and the way to end it: with the worker everything that was open is gone. */
export interface VaultClient extends VaultDoor {
  close(): void;
}

/**
 * `start` gives a module worker that runs `keys.worker.ts`; it is called with the first question, and again
 * after `close`. What fails in there arrives as KeyError with the same code.
 */
export function connectVault(start: () => Worker): VaultClient {
  const pending = new Map<number, Pending>();
  let worker: Worker | null = null;
  let next = 1;

  function end(message: string): void {
    worker?.terminate();
    worker = null;
    for (const one of pending.values()) one.reject(new KeyError('keys-worker', message));
    pending.clear();
  }

  function begin(): Worker {
    const begun = start();
    begun.onmessage = ({ data }: MessageEvent<FromVault>) => {
      const asked = pending.get(data.id);
      pending.delete(data.id);
      if ('value' in data) asked?.resolve(data.value);
      else {
        const { code, message } = data.failure;
        asked?.reject(code === null ? new Error(message) : new KeyError(code as KeyErrorCode, message));
      }
    };
    begun.onerror = (event) => end(event.message || 'the keys worker stopped');
    return begun;
  }

  const ask =
    (call: Call) =>
    (...args: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        worker ??= begin();
        const id = next++;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, call, args } satisfies ToVault);
      });

  const door = Object.fromEntries(CALLS.map((call) => [call, ask(call)])) as unknown as VaultDoor;
  return { ...door, close: () => end('the keys worker was closed') };
}
