/** What the page and the service worker say to each other, over a MessagePort. */
export type ShellRequest =
  /** Is everything that offline work needs really in the caches? */
  | { readonly kind: 'check' }
  /** Fetch what is missing. */
  | { readonly kind: 'make-ready' };

export interface ShellAnswer {
  /** Files that offline work needs and that are not there. */
  readonly missing: number;
  readonly total: number;
  /** A file could not be fetched or kept. */
  readonly failed: boolean;
}

/** A file that another app shared waits here for `/open`, which takes it out. */
export const SHARED_CACHE = 'countersign-shared';
export const SHARED_FILE = '/open/shared';
