/** An open PDF for showing: one file, one worker. Signing and checking never read through this. */
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { PdfAssets } from './pdf-assets.ts';
import { loadPdfJs, takeWorker, type PdfJs } from './pdfjs.ts';

/** `offline`: pdf.js itself could not be fetched. `closed`: the viewer went away meanwhile. */
export type PdfFailure = 'broken' | 'too-slow' | 'password-refused' | 'offline' | 'closed';

export class PdfFileError extends Error {
  override readonly name = 'PdfFileError';
  constructor(readonly code: PdfFailure) {
    super(code);
  }
}

/** `security.md` P1, milliseconds and pixels. */
export const LIMITS = { open: 10_000, render: 30_000, canvas: 16 * 2 ** 20 } as const;

/** Above this many bytes pdf.js reads the file piece by piece instead of holding it whole. */
const WHOLE = 32 * 2 ** 20;

export interface PageSize {
  /** Points as displayed: CropBox, Rotate and UserUnit applied. */
  readonly width: number;
  readonly height: number;
}

/** Object and generation number of a page. */
export type PageRef = NonNullable<PDFPageProxy['ref']>;

export interface PdfFile {
  readonly pdfjs: PdfJs;
  readonly pageCount: number;
  /** The password that opened it, null when none was needed. */
  readonly password: string | null;
  /** `n` from 1. */
  page(n: number): Promise<PDFPageProxy>;
  size(n: number): Promise<PageSize>;
  /** Number of the page that is this object of the file, null when none is. */
  find(ref: PageRef): Promise<number | null>;
  /** Ends the worker, whatever it is busy with. */
  close(): void;
}

/** Asks the person; null when they gave up. `again`: the last answer was wrong. */
export type AskPassword = (again: boolean) => Promise<string | null>;

function rangesOf(pdfjs: PdfJs, file: Blob) {
  class BlobRanges extends pdfjs.PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      void file
        .slice(begin, end)
        .arrayBuffer()
        .then((bytes) => this.onDataRange(begin, new Uint8Array(bytes)));
    }
  }
  return new BlobRanges(file.size, null);
}

/** Rejects with `too-slow` unless stopped within `ms`. */
function deadline(ms: number): { readonly passed: Promise<never>; start(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reject: (error: PdfFileError) => void = () => undefined;
  const passed = new Promise<never>((_, no) => (reject = no));
  passed.catch(() => undefined);
  return {
    passed,
    start: () => (timer = setTimeout(() => reject(new PdfFileError('too-slow')), ms)),
    stop: () => clearTimeout(timer)
  };
}

/** Throws PdfFileError. Nothing in the file is run: no scripts, no XFA (`security.md` P2). */
export async function openPdfFile(file: Blob, ask: AskPassword, signal: AbortSignal): Promise<PdfFile> {
  const pdfjs = await loadPdfJs().catch(() => {
    throw new PdfFileError('offline');
  });
  const whole = file.size <= WHOLE ? await file.arrayBuffer() : null;
  if (signal.aborted) throw new PdfFileError('closed');
  const port = takeWorker();
  signal.addEventListener('abort', () => port.terminate());
  // The constructor, not `create`: a port is never shared between files.
  const worker = new pdfjs.PDFWorker({ port, verbosity: pdfjs.VerbosityLevel.ERRORS } as never);
  const limit = deadline(LIMITS.open);
  let password: string | null = null;
  let refused = false;
  try {
    const task = pdfjs.getDocument({
      ...(whole === null ? { range: rangesOf(pdfjs, file) } : { data: new Uint8Array(whole) }),
      worker,
      enableXfa: false,
      isEvalSupported: false,
      disableAutoFetch: true,
      disableStream: true,
      canvasMaxAreaInBytes: LIMITS.canvas * 4,
      maxImageSize: 64 * 2 ** 20,
      useWorkerFetch: false,
      BinaryDataFactory: PdfAssets,
      // Never fetched from: PdfAssets answers by file name. No such address for fonts: pdf.js would give it to
      // the page's own style sheet, for fonts that the reader's system has not.
      cMapUrl: '/',
      wasmUrl: '/',
      verbosity: pdfjs.VerbosityLevel.ERRORS
    } as never);
    task.onPassword = (answer: (password: string | Error) => void, reason: number) => {
      limit.stop();
      void ask(reason === pdfjs.PasswordResponses.INCORRECT_PASSWORD).then((given) => {
        password = given;
        refused = given === null;
        limit.start();
        answer(given ?? new Error('no password'));
      });
    };
    limit.start();
    const pdf = await Promise.race([task.promise as Promise<PDFDocumentProxy>, limit.passed]);
    return opened(pdfjs, pdf, password, () => port.terminate());
  } catch (error) {
    port.terminate();
    if (error instanceof PdfFileError) throw error;
    throw new PdfFileError(signal.aborted ? 'closed' : refused ? 'password-refused' : 'broken');
  } finally {
    limit.stop();
  }
}

function opened(pdfjs: PdfJs, pdf: PDFDocumentProxy, password: string | null, end: () => void): PdfFile {
  return {
    pdfjs,
    password,
    pageCount: pdf.numPages,
    page: (n) => pdf.getPage(n),
    async size(n) {
      const { width, height } = (await pdf.getPage(n)).getViewport({ scale: 1 });
      return { width, height };
    },
    find: (ref) =>
      pdf.getPageIndex(ref).then(
        (index) => index + 1,
        () => null
      ),
    close() {
      // Asked politely first, so that pdf.js frees the fonts it added to the page; a busy worker is ended.
      const done = pdf.loadingTask.destroy().catch(() => undefined);
      const patience = new Promise((resolve) => setTimeout(resolve, 1_000));
      void Promise.race([done, patience]).then(end);
    }
  };
}
