import type { Block, Fact, Paper, Tone } from './model.ts';
import type { Piece, TextSetter } from './piece.ts';

/** A4 in points; `foot` is where the footer's line stands. */
export const PAGE = { width: 595.28, height: 841.89, margin: 56, top: 60, bottom: 72, foot: 40 } as const;
const WIDTH = PAGE.width - 2 * PAGE.margin;
const TERM = 132;
const GAP = 14;

const INK = '0.114 0.118 0.125';
const MUTED = '0.36 0.36 0.38';
const LINE = '0.871 0.863 0.839';
const ACCENT = '0.122 0.306 0.549';
const TONES: Readonly<Record<Tone, { readonly color: string; readonly soft: string }>> = {
  plain: { color: INK, soft: '0.965 0.961 0.949' },
  good: { color: '0.09 0.38 0.22', soft: '0.918 0.957 0.929' },
  wait: { color: '0.48 0.31 0.02', soft: '0.988 0.957 0.894' },
  bad: { color: '0.62 0.13 0.1', soft: '0.988 0.922 0.914' }
};

/** A page as it is drawn; `y` of everything is its lower edge, from the bottom. */
export interface Page {
  readonly boxes: { x: number; y: number; width: number; height: number; fill: string }[];
  readonly texts: { x: number; y: number; piece: Piece }[];
}

/** Lays blocks on pages from top to bottom. */
class Sheets {
  readonly pages: Page[] = [];
  #y: number = PAGE.top;

  constructor(
    private readonly paper: Paper,
    private readonly setter: TextSetter
  ) {
    this.#turn();
  }

  get #page(): Page {
    return this.pages[this.pages.length - 1] ?? { boxes: [], texts: [] };
  }

  /** Points that are left on the page. */
  get #left(): number {
    return PAGE.height - PAGE.bottom - this.#y;
  }

  #turn(): void {
    const first = this.pages.length === 0;
    this.pages.push({ boxes: [], texts: [] });
    this.#y = PAGE.top;
    this.#rule(PAGE.height - PAGE.foot - 14);
    const footer = { size: 7.5, color: MUTED, width: WIDTH - 70 };
    const foot = this.setter.piece(this.paper.footer, footer);
    this.#page.texts.push({ x: PAGE.margin, y: PAGE.foot + 8 - foot.height, piece: foot });
    if (first) this.#head();
    else {
      this.#put(this.setter.piece(this.paper.overline, { size: 8, color: MUTED, width: WIDTH }));
      this.#y += 6;
      this.#rule(this.#y);
      this.#y += 18;
    }
  }

  #head(): void {
    this.#page.boxes.push({
      x: PAGE.margin,
      y: PAGE.height - this.#y - 3,
      width: 36,
      height: 3,
      fill: ACCENT
    });
    this.#y += 17;
    this.#put(this.setter.piece(this.paper.overline, { size: 9, color: ACCENT, width: WIDTH }));
    this.#y += 8;
    this.#put(this.setter.piece(this.paper.title, { size: 20, color: INK, width: WIDTH, strong: true }));
    this.#y += 18;
  }

  #rule(y: number): void {
    this.#page.boxes.push({ x: PAGE.margin, y: PAGE.height - y, width: WIDTH, height: 0.6, fill: LINE });
  }

  /** Draws a piece at the present height and goes on below it. */
  #put(piece: Piece, x: number = PAGE.margin): void {
    this.#page.texts.push({ x, y: PAGE.height - this.#y - piece.height, piece });
    this.#y += piece.height;
  }

  /** A new page when less than `height` is left. */
  need(height: number): void {
    if (this.#left < height) this.#turn();
  }

  block(block: Block): void {
    switch (block.kind) {
      case 'heading':
        this.#heading(block);
        return;
      case 'paragraph': {
        const piece = this.setter.piece(block.text, { size: 9, color: MUTED, width: WIDTH });
        this.need(piece.height);
        this.#put(piece);
        this.#y += 10;
        return;
      }
      case 'verdict':
        this.#verdict(block);
        return;
      case 'facts':
        block.rows.forEach((row) => this.#fact(row));
        this.#y += 12;
    }
  }

  #heading({ text, note }: Extract<Block, { kind: 'heading' }>): void {
    const piece = this.setter.piece(text, { size: 13, color: INK, width: WIDTH, strong: true });
    // It stays with the first rows of what it is about.
    this.need(piece.height + 90);
    this.#y += 8;
    this.#put(piece);
    if (note !== undefined) {
      this.#y += 4;
      this.#put(this.setter.piece(note, { size: 9, color: MUTED, width: WIDTH }));
    }
    this.#y += 9;
    this.#rule(this.#y);
    this.#y += 2;
  }

  #verdict({ tone, text, note }: Extract<Block, { kind: 'verdict' }>): void {
    const { color, soft } = TONES[tone];
    const inner = WIDTH - 32;
    const title = this.setter.piece(text, { size: 13, color, width: inner, strong: true });
    const under = this.setter.piece(note, { size: 9.5, color: INK, width: inner });
    const height = title.height + under.height + (note === '' ? 28 : 35);
    this.need(height);
    const y = PAGE.height - this.#y - height;
    this.#page.boxes.push({ x: PAGE.margin, y, width: WIDTH, height, fill: soft });
    this.#page.boxes.push({ x: PAGE.margin, y, width: 3, height, fill: color });
    this.#y += 14;
    this.#put(title, PAGE.margin + 16);
    this.#y += 7;
    if (note !== '') this.#put(under, PAGE.margin + 16);
    this.#y += 14 + 18;
  }

  #fact({ term, text, note, tone }: Fact): void {
    const width = WIDTH - TERM - GAP;
    const name = this.setter.piece(term, { size: 9, color: MUTED, width: TERM });
    const value = this.setter.piece(text, { size: 10, color: TONES[tone ?? 'plain'].color, width });
    const small = note === undefined ? null : this.setter.piece(note, { size: 8.5, color: MUTED, width });
    const height = Math.max(name.height, value.height + (small === null ? 0 : small.height + 4));
    this.need(height + 14);
    this.#y += 7;
    const top = this.#y;
    this.#put(name);
    this.#y = top - 0.5;
    this.#put(value, PAGE.margin + TERM + GAP);
    if (small !== null) {
      this.#y += 4;
      this.#put(small, PAGE.margin + TERM + GAP);
    }
    this.#y = top + height + 7;
    this.#rule(this.#y);
  }
}

/** The pages of a paper, without their numbers: only then it is known how many there are. */
export function layPages(paper: Paper, setter: TextSetter): Page[] {
  const sheets = new Sheets(paper, setter);
  paper.blocks.forEach((block) => sheets.block(block));
  return sheets.pages;
}
