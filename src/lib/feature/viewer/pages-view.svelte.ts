import { anchorAt, anchorPlace, layOutPages, MARGIN, pageAt, type Anchor } from './pages-layout.ts';
import type { PageView } from './page-view.ts';
import { openPdfFile, PdfFileError, type PageSize, type PdfFailure, type PdfFile } from './pdf-file.ts';
import { clampScale, fitWidth } from './zoom.ts';

/** Pages whose size is asked for together: a file of 2,000 pages must not fill the worker's queue at once. */
const BATCH = 64;
/** Up to so many pages all are in the document, so that readers and Tab reach every one. */
const ALL = 30;

/**
 * What the viewer shows: `opening → (asking ⇄ opening) → open`, and `failed` from anywhere. Sizes of later
 * pages are those of the first one until they are known.
 */
export class PagesView {
  status = $state<'opening' | 'asking' | 'open' | 'failed'>('opening');
  failure = $state<PdfFailure | null>(null);
  /** The last password was wrong. */
  again = $state(false);
  file = $state.raw<PdfFile | null>(null);
  sizes = $state.raw<readonly PageSize[]>([]);
  /** Every page's size is known. */
  measured = $state(false);
  /** Size of the window that scrolls, and how far it is scrolled, CSS pixels. */
  window = $state.raw({ width: 0, height: 0, top: 0 });

  readonly #zoom: () => number | 'width';
  readonly #ended = new AbortController();
  #answer: ((password: string | null) => void) | null = null;

  readonly #widest = $derived(Math.max(0, ...this.sizes.slice(0, 500).map((size) => size.width)));
  readonly scale = $derived.by(() => {
    const zoom = this.#zoom();
    return zoom === 'width' ? fitWidth(this.#widest, this.window.width - 2 * MARGIN) : clampScale(zoom);
  });
  readonly layout = $derived(layOutPages(this.sizes, this.scale, this.window.width));
  /** Pages to draw: those in the window and one window's height before and after. */
  readonly #first = $derived(pageAt(this.layout, this.window.top - this.window.height));
  readonly #last = $derived(pageAt(this.layout, this.window.top + 2 * this.window.height));
  /** The page that a person looks at: where the upper third of the window is. */
  readonly current = $derived(pageAt(this.layout, this.window.top + this.window.height / 3));
  readonly shown = $derived.by<readonly PageView[]>(() => {
    const all = this.sizes.length <= ALL;
    const from = all ? 1 : this.#first;
    const to = all ? this.sizes.length : Math.min(this.#last, this.sizes.length);
    return this.sizes
      .slice(from - 1, to)
      .map(({ width, height }, index) => ({ page: from + index, width, height, scale: this.scale }));
  });

  /** `zoom` is read again whenever it changes. */
  constructor(zoom: () => number | 'width') {
    this.#zoom = zoom;
  }

  near(page: number): boolean {
    return page >= this.#first && page <= this.#last;
  }

  anchorAt(x: number, y: number): Anchor {
    return anchorAt(this.layout, this.scale, x, y);
  }

  place(anchor: Anchor): { x: number; y: number } {
    return anchorPlace(this.layout, this.scale, anchor);
  }

  /** `password`: tried before anybody is asked. */
  async open(blob: Blob, password: string | null = null): Promise<void> {
    const { signal } = this.#ended;
    let known = password;
    const ask = (again: boolean): Promise<string | null> => {
      if (known === null) return this.#ask(again);
      const given = known;
      known = null;
      return Promise.resolve(given);
    };
    try {
      const file = await openPdfFile(blob, ask, signal);
      if (signal.aborted) return file.close();
      this.file = file;
      const first = await file.size(1);
      this.sizes = Array.from({ length: file.pageCount }, () => first);
      this.status = 'open';
      await this.#measure(file);
    } catch (error) {
      if (!signal.aborted) this.fail(error instanceof PdfFileError ? error.code : 'broken');
    }
  }

  fail(code: PdfFailure): void {
    this.failure = code;
    this.status = 'failed';
    this.file?.close();
    this.file = null;
  }

  /** The person's answer to `asking`; null gives up. */
  answer(password: string | null): void {
    this.status = 'opening';
    this.#answer?.(password);
    this.#answer = null;
  }

  close(): void {
    const file = this.file;
    this.file = null;
    if (file === null) this.#ended.abort();
    else file.close();
  }

  #ask(again: boolean): Promise<string | null> {
    this.again = again;
    this.status = 'asking';
    return new Promise((resolve) => (this.#answer = resolve));
  }

  async #measure(file: PdfFile): Promise<void> {
    const sizes = [...this.sizes];
    for (let start = 2; start <= file.pageCount; start += BATCH) {
      const count = Math.min(BATCH, file.pageCount - start + 1);
      const numbers = Array.from({ length: count }, (_, i) => start + i);
      // A page that cannot be read keeps the first one's size; drawing it says what is wrong.
      const got = await Promise.all(numbers.map((n) => file.size(n).catch(() => null)));
      if (this.file !== file) return;
      got.forEach((size, i) => size !== null && (sizes[start - 1 + i] = size));
    }
    this.sizes = sizes;
    this.measured = true;
  }
}
