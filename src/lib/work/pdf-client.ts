import type { Paper } from '../pdf/paper/model.ts';
import type { DrawnText } from '../sign/drawn-text.ts';
import type { Layout, SignInput } from '../sign/layout.ts';
import type { History } from '../domain/event.ts';
import type { HistoryReport, JudgedFile } from '../verify/history.ts';
import type { Report } from '../verify/report.ts';
import type { TrustFile } from '../verify/trust-file.ts';
import workerUrl from './pdf.worker.ts?worker&url';
import { startWorker } from './policy.ts';
import type {
  Failure,
  FromWorker,
  PdfSummary,
  Signed,
  StampAnswer,
  Task,
  ToWorker,
  VerifyRequest,
  Written
} from './protocol.ts';

export type { Fact, Paper, Block as PaperBlock, Tone as PaperTone } from '../pdf/paper/model.ts';
export type {
  FieldSummary,
  Notice,
  PageSummary,
  PdfSummary,
  Signed,
  StampAnswer,
  Stamped,
  VerifyRequest,
  Written
} from './protocol.ts';

/**
 * What failed in the worker. `code` is a PdfErrorCode, or `self-check` (the signed file did not verify; it
 * was thrown away), `cms`, `worker` (the worker itself died) or the code of what `signBytes` threw.
 */
export class WorkError extends Error {
  override readonly name = 'WorkError';
  constructor(
    readonly code: string,
    message: string,
    readonly offset = -1,
    /** What cannot be drawn, and the font pack that it needs. */
    readonly character: string | null = null,
    readonly part: string | null = null
  ) {
    super(message);
  }
}

const errorOf = ({ code, message, offset, character, part }: Failure): WorkError =>
  new WorkError(code, message, offset, character ?? null, part ?? null);

/** Signs DER attributes with the signer's key: SHA-256 then ECDSA P-256, raw r‖s (64 bytes). */
export type SignBytes = (attributes: Uint8Array) => Promise<Uint8Array>;

/** Where a signature's timestamp comes from, when it can come now. */
export interface Stamper {
  /** Bytes that a token may take. */
  readonly room: number;
  /** TimeStampReq → the answer, or null when none came in time. Never rejects. */
  ask(query: Uint8Array): Promise<StampAnswer | null>;
}

/** PDF work off the page's thread. Files are Blobs and stay Blobs: nothing clones their bytes. */
export interface PdfWork {
  /** Pages, fields and what to name before sending. Throws WorkError `encrypted-password`, `not-a-pdf`, … */
  summary(file: Blob, password?: string): Promise<PdfSummary>;
  /** Takes the XFA form out, when the sender asks. Throws WorkError `structure`, `docmdp-forbids`. */
  withoutXfa(file: Blob): Promise<Written>;
  /** Appends revision 0: all fields of all parties. Throws WorkError `docmdp-forbids`, `structure`, … */
  freeze(file: Blob, layout: Layout, password?: string): Promise<Written>;
  /**
   * Fills the party's fields and signs, in one revision, and verifies the result before it resolves.
   * With a stamper the signature gets a timestamp, if a good one comes; `Signed.timestamp` says which. Throws
   * WorkError `glyph-missing`, `does-not-fit`, `image`, `field-missing`, `self-check`, …
   */
  sign(
    file: Blob,
    input: SignInput,
    signBytes: SignBytes,
    password?: string,
    stamper?: Stamper | null
  ): Promise<Signed>;
  /** Fetches and starts what signing needs ahead of time. Throws WorkError `fonts` when it is not to be had. */
  prepare(): Promise<void>;
  /**
   * Brings the fonts that these texts need and says whether they can be drawn. Throws WorkError
   * `glyph-missing` or `font-pack`, each naming the character.
   */
  coverage(texts: readonly DrawnText[]): Promise<void>;
  /** The report of `verifier.md`; a bad file is a report, not an error. */
  verify(name: string, file: Blob, options?: VerifyRequest): Promise<Report>;
  /** What a file of certificates asks to trust. Throws WorkError `trust-unknown`, `trust-empty`, `doctype`, … */
  readTrust(file: Blob): Promise<TrustFile>;
  /** An exported history, and what the PDFs beside it confirm. `roots`: DER certificates the reader trusts. */
  judgeHistory(
    history: History,
    files: readonly JudgedFile[],
    roots: readonly Uint8Array[]
  ): Promise<HistoryReport>;
  /** A document of our own as PDF, with the fonts it needs. Throws WorkError `font-pack`. */
  paper(paper: Paper): Promise<Blob>;
  /** Ends the worker; what is under way fails with WorkError `worker`. */
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: WorkError): void;
  readonly signBytes: SignBytes | null;
  readonly stamper: Stamper | null;
}

class WorkerClient implements PdfWork {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #next = 1;

  summary(file: Blob, password?: string): Promise<PdfSummary> {
    return this.#run({ kind: 'summary', file, ...(password === undefined ? {} : { password }) });
  }

  withoutXfa(file: Blob): Promise<Written> {
    return this.#run({ kind: 'without-xfa', file });
  }

  freeze(file: Blob, layout: Layout, password?: string): Promise<Written> {
    return this.#run({ kind: 'freeze', file, layout, ...(password === undefined ? {} : { password }) });
  }

  sign(
    file: Blob,
    input: SignInput,
    signBytes: SignBytes,
    password?: string,
    stamper: Stamper | null = null
  ): Promise<Signed> {
    const timestampRoom = stamper?.room ?? 0;
    const opened = password === undefined ? {} : { password };
    return this.#run({ kind: 'sign', file, input, timestampRoom, ...opened }, signBytes, stamper);
  }

  async prepare(): Promise<void> {
    await this.#run({ kind: 'prepare' });
  }

  async coverage(texts: readonly DrawnText[]): Promise<void> {
    await this.#run({ kind: 'coverage', texts });
  }

  verify(name: string, file: Blob, options: VerifyRequest = {}): Promise<Report> {
    return this.#run({ kind: 'verify', name, file, options });
  }

  readTrust(file: Blob): Promise<TrustFile> {
    return this.#run({ kind: 'trust', file });
  }

  judgeHistory(
    history: History,
    files: readonly JudgedFile[],
    roots: readonly Uint8Array[]
  ): Promise<HistoryReport> {
    return this.#run({ kind: 'history', history, files, roots });
  }

  paper(paper: Paper): Promise<Blob> {
    return this.#run({ kind: 'paper', paper });
  }

  close(): void {
    this.#die('the PDF worker was closed');
  }

  #run<T>(task: Task, signBytes: SignBytes | null = null, stamper: Stamper | null = null): Promise<T> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: (value) => resolve(value as T), reject, signBytes, stamper });
      worker.postMessage({ id, kind: 'task', task } satisfies ToWorker);
    });
  }

  #start(): Worker {
    const worker = startWorker(workerUrl, 'pdf');
    worker.onmessage = (event: MessageEvent<FromWorker>) => void this.#answer(worker, event.data);
    // A hostile file that exhausts the worker must not wedge the page: the next task starts a new one.
    worker.onerror = (event) => this.#die(event.message || 'the PDF worker stopped');
    worker.onmessageerror = () => this.#die('the PDF worker sent what cannot be read');
    return worker;
  }

  #die(message: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const pending of this.#pending.values()) pending.reject(new WorkError('worker', message));
    this.#pending.clear();
  }

  async #answer(worker: Worker, message: FromWorker): Promise<void> {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === 'attributes') {
      worker.postMessage(await answerAttributes(message.id, message.attributes, pending.signBytes));
      return;
    }
    if (message.kind === 'query') {
      const answer = (await pending.stamper?.ask(message.query)) ?? null;
      worker.postMessage({ id: message.id, kind: 'timestamp', answer } satisfies ToWorker);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending.resolve(message.value);
    else pending.reject(errorOf(message.failure));
  }
}

async function answerAttributes(
  id: number,
  attributes: Uint8Array,
  signBytes: SignBytes | null
): Promise<ToWorker> {
  try {
    if (signBytes === null) throw new WorkError('worker', 'nothing was to be signed');
    return { id, kind: 'signature', signature: await signBytes(attributes) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return {
      id,
      kind: 'refused',
      failure: {
        code: typeof code === 'string' ? code : 'key',
        message: error instanceof Error ? error.message : String(error),
        offset: -1
      }
    };
  }
}

/** A worker of one's own, for work that may have to be ended without ending anybody else's. */
export function ownPdfWork(): PdfWork {
  return new WorkerClient();
}

let shared: PdfWork | null = null;

/** The page's one PDF worker, started at its first task. */
export function pdfWork(): PdfWork {
  shared ??= new WorkerClient();
  return shared;
}
