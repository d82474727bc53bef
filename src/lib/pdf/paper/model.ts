/** A document of our own as blocks from top to bottom; `write.ts` lays it out on A4. Texts are for people, whole. */
export interface Paper {
  readonly title: string;
  /** BCP 47, of the texts. */
  readonly language: string;
  /** Small, above the title and at the head of every further page. */
  readonly overline: string;
  /** At the foot of every page, left; the page's number stands right. */
  readonly footer: string;
  /** `Page 1 of 3`. */
  readonly pageOf: string;
  readonly blocks: readonly Block[];
  /** UTC milliseconds. */
  readonly created: number;
}

export type Tone = 'plain' | 'good' | 'wait' | 'bad';

export type Block =
  /** Begins a part; stays with what follows it. */
  | { readonly kind: 'heading'; readonly text: string; readonly note?: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** The one thing to read first, in a frame. */
  | { readonly kind: 'verdict'; readonly tone: Tone; readonly text: string; readonly note: string }
  | { readonly kind: 'facts'; readonly rows: readonly Fact[] };

export interface Fact {
  readonly term: string;
  readonly text: string;
  /** Smaller, under the text. */
  readonly note?: string;
  readonly tone?: Tone;
}

/** `{page}` and `{pages}` in `Paper.pageOf`. */
export function pageWords({ pageOf }: Paper, page: number, pages: number): string {
  return pageOf.replace('{page}', String(page)).replace('{pages}', String(pages));
}
