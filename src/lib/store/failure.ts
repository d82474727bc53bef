import { StoreError } from './contract.ts';

/** Names of what IndexedDB and Dexie throw, through their nested `inner` and `cause`. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  let next: unknown = error;
  while (next instanceof Error && names.length < 8) {
    names.push(next.name);
    next = (next as { inner?: unknown }).inner ?? next.cause;
  }
  return names;
}

/** What went wrong while reading or writing, as the one error of this room. */
export function storeError(error: unknown): Error {
  if (error instanceof StoreError) return error;
  const names = namesOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  const code = names.includes('QuotaExceededError')
    ? 'full'
    : names.some((name) => name === 'DatabaseClosedError' || name === 'InvalidStateError')
      ? 'closed'
      : names.includes('VersionError')
        ? 'newer'
        : null;
  if (code !== null) return new StoreError(code, detail, { cause: error });
  // Dexie's own errors have names that end so; anything else is a defect or a test's fault and passes as is.
  return names.some((name) => /^(?:Abort|Unknown|Data|Constraint|Transaction\w*|DataClone)Error$/.test(name))
    ? new StoreError('failed', detail, { cause: error })
    : (error as Error);
}
