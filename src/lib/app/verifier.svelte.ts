import { pdfWork, type PdfWork } from '../work/pdf-client.ts';
import type { Report } from '../verify/report.ts';

/** One dropped file and what became of it. */
export class Verified {
  readonly key: number;
  readonly file: File;
  state = $state<'waiting' | 'working' | 'done' | 'cancelled' | 'failed'>('waiting');
  report = $state.raw<Report | null>(null);

  constructor(key: number, file: File) {
    this.key = key;
    this.file = file;
  }
}

/**
 * The files of `/verify`, judged one after another in a worker. No account, no store, no upload; the only
 * request is for this site's own root certificate, which the service worker keeps.
 */
export class Verifier {
  files = $state<Verified[]>([]);
  #next = 0;
  #work: PdfWork | null = null;
  #roots: Promise<Uint8Array[]> | null = null;
  #running = false;

  add(files: readonly File[]): void {
    this.files.unshift(...files.map((file) => new Verified(this.#next++, file)));
    void this.#run();
  }

  retry(entry: Verified): void {
    entry.state = 'waiting';
    void this.#run();
  }

  /** Ends the worker when the file is being judged, so that a hostile file cannot hold the others up. */
  cancel(entry: Verified): void {
    if (entry.state === 'working') this.#work?.close();
    if (entry.state === 'working' || entry.state === 'waiting') entry.state = 'cancelled';
  }

  remove(entry: Verified): void {
    this.cancel(entry);
    this.files = this.files.filter((one) => one !== entry);
  }

  /** Ends the worker with the page. */
  close(): void {
    this.#work?.close();
    this.#work = null;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const entry = this.files.findLast((one) => one.state === 'waiting');
      if (entry === undefined) break;
      entry.state = 'working';
      try {
        this.#work ??= pdfWork();
        this.#roots ??= ownRoots();
        const report = await this.#work.verify(entry.file.name, entry.file, { roots: await this.#roots });
        if (entry.state === 'working') {
          entry.report = report;
          entry.state = 'done';
        }
      } catch {
        if (entry.state === 'working') entry.state = 'failed';
      }
    }
    this.#running = false;
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The root of the workspace that runs this site; none when the site is a plain copy of the app. */
export async function ownRoots(): Promise<Uint8Array[]> {
  try {
    const answer = await fetch('/ca.pem');
    if (!answer.ok) return [];
    return [...(await answer.text()).matchAll(CERTIFICATE)].map((match) =>
      Uint8Array.from(atob((match[1] ?? '').replace(/\s/g, '')), (char) => char.charCodeAt(0))
    );
  } catch {
    return [];
  }
}
