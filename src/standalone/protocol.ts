/** Between a worker and its page: a worker has no document to read parts from, and nothing can be fetched. */
export interface PartRequest {
  readonly kind: 'part';
  readonly name: string;
}
export interface PartAnswer {
  readonly kind: 'part';
  readonly name: string;
  /** Null: this file does not hold it. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

export function isPart(message: unknown): message is PartRequest | PartAnswer {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'part';
}
