/**
 * Named places on a document's way to disk and to the server (`architecture.md`, steps 5 to 7) where a test
 * may stop the program: throw (the step fails), or return a promise that never ends (the tab is then killed).
 */
export const FAULT_POINTS = [
  /** The new revision's bytes are ready, not looked at yet. */
  'sign.computed',
  /** verify/ found the new revision good; nothing is stored yet. */
  'sign.checked',
  /** The commit is prepared; no transaction yet. */
  'store.before-commit',
  /** Inside the transaction, all writes issued, not committed. */
  'store.writing',
  /** The transaction is durable; the caller does not know yet. */
  'store.committed',
  'blob.before-send',
  /** The server has the blob; this device has not noted it. */
  'blob.sent',
  'action.before-send',
  /** The answer is here; nothing of it is written. */
  'action.answered',
  'answer.before-commit',
  'answer.committed',
  'pull.before-commit',
  'pull.committed'
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface Faults {
  at(point: FaultPoint): Promise<void> | void;
}

export const noFaults: Faults = { at: () => undefined };
