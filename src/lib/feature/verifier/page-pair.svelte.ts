import { differencesOf, shrink } from '#lib/feature/viewer/page-difference.ts';
import { drawPage } from '#lib/feature/viewer/page-drawing.ts';
import { openPdfFile, PdfFileError, type PdfFailure, type PdfFile } from '#lib/feature/viewer/pdf-file.ts';
import type { Box } from '#lib/domain/field.ts';

export type Side = 'before' | 'after';

/** What is to be seen on one side: a page (from 1), or that there is none. */
export interface Seen {
  readonly page: number;
  /** Points as displayed. */
  readonly width: number;
  readonly height: number;
}

/** Two states of one file and the same page of both, drawn side by side. Nothing in the file is run. */
export class PagePair {
  status = $state<'opening' | 'open' | 'failed'>('opening');
  failure = $state<PdfFailure | null>(null);
  before = $state.raw<Seen | null>(null);
  after = $state.raw<Seen | null>(null);
  pageCount = $state(0);
  /** Where the two look different, points of the page; null: not compared. */
  differences = $state.raw<readonly Omit<Box, 'page'>[] | null>(null);

  readonly #ended = new AbortController();
  #files: Record<Side, PdfFile> | null = null;
  #turn = 0;

  /** `before` and `after`: the file's bytes up to the end of either state. */
  async open(before: Blob, after: Blob, password: string | null): Promise<void> {
    try {
      const files = await Promise.all([this.#read(before, password), this.#read(after, password)]);
      this.#files = { before: files[0], after: files[1] };
      if (this.#ended.signal.aborted) return this.close();
      this.pageCount = Math.max(files[0].pageCount, files[1].pageCount);
      this.status = 'open';
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Finds the page on both sides: `from` says on which one `page` counts. */
  async show(page: number, from: Side): Promise<void> {
    const files = this.#files;
    if (files === null) return;
    const turn = (this.#turn += 1);
    this.differences = null;
    const other: Side = from === 'before' ? 'after' : 'before';
    try {
      const own = await seen(files[from], page);
      const same = own === null ? null : await counterpart(files[from], files[other], page);
      const found = same === null ? null : await seen(files[other], same);
      if (turn !== this.#turn) return;
      this[from] = own;
      this[other] = found;
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  /** Draws one side into `place`, `scale` CSS pixels a point. Resolves when it is there. */
  async draw(side: Side, place: HTMLElement, scale: number): Promise<void> {
    const [file, page] = [this.#files?.[side], this[side]];
    if (file === undefined || page === null) return;
    const turn = this.#turn;
    try {
      await drawPage(file, { page: page.page, scale, fields: 'drawn' }, place).done;
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  /** Compares what was drawn. */
  compare(before: HTMLElement, after: HTMLElement): void {
    const [a, b] = [before, after].map((place) => place.querySelector('canvas'));
    const [small, other] = [a ? shrink(a) : null, b ? shrink(b) : null];
    if (small !== null && other !== null && this.before !== null)
      this.differences = differencesOf(small, other, this.before.width);
  }

  close(): void {
    this.#turn += 1;
    this.#ended.abort();
    this.#files?.before.close();
    this.#files?.after.close();
    this.#files = null;
  }

  #read(blob: Blob, password: string | null): Promise<PdfFile> {
    const ask = (again: boolean) => Promise.resolve(again ? null : password);
    return openPdfFile(blob, ask, this.#ended.signal);
  }

  #fail(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    this.failure = error instanceof PdfFileError ? error.code : 'broken';
    this.status = 'failed';
  }
}

async function seen(file: PdfFile, page: number): Promise<Seen | null> {
  return page > file.pageCount ? null : { page, ...(await file.size(page)) };
}

/**
 * The number that a page of one state has in the other: the same object of the file, wherever it stands now. A
 * page whose object is gone may have been replaced: then whatever stands there that was not there before.
 */
async function counterpart(own: PdfFile, other: PdfFile, page: number): Promise<number | null> {
  const { ref } = await own.page(page);
  const found = ref === null ? page : await other.find(ref);
  if (found !== null) return found;
  if (page > other.pageCount) return null;
  const instead = (await other.page(page)).ref;
  return instead !== null && (await own.find(instead)) !== null ? null : page;
}
