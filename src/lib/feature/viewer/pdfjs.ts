/** The one place that loads pdf.js, its worker and the data files it may ask for. */
import { startWorker } from '#lib/app/page-worker.ts';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

export type PdfJs = typeof import('pdfjs-dist');

let library: Promise<PdfJs> | null = null;

/** pdf.js, fetched at its first use. A failed fetch is tried again at the next call. */
export function loadPdfJs(): Promise<PdfJs> {
  library ??= import('pdfjs-dist').catch((error: unknown) => {
    library = null;
    throw error;
  });
  return library;
}

let spare: Worker | null = null;

/** Fetches pdf.js and starts its worker before there is a file: half of the first page's time. */
export function warmPdfJs(): void {
  spare ??= startWorker(workerUrl, 'pages');
  void loadPdfJs().catch(() => undefined);
}

/** A worker for one file: a hostile one then harms and ends nothing but itself (`security.md` P1). */
export function takeWorker(): Worker {
  const worker = spare ?? startWorker(workerUrl, 'pages');
  spare = null;
  return worker;
}
