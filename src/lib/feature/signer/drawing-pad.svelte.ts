import type { Drawing } from '#lib/sign/layout.ts';
import { drawingOf, outlineOf, pathOf, type PenPoint, type Stroke } from './drawing.ts';

/** What the pad needs of a PointerEvent; places are in the pad's units already. */
export interface PenEvent {
  readonly pointer: number;
  readonly kind: string;
  readonly points: readonly PenPoint[];
}

/**
 * Strokes as they are drawn. One pointer at a time; once a stylus was used, fingers and the palm count for
 * nothing. Finished strokes keep their path, so a long signature redraws one stroke, not all.
 */
export class DrawingPad {
  #strokes = $state.raw<readonly Stroke[]>([]);
  #paths = $state.raw<readonly string[]>([]);
  #current = $state.raw<Stroke | null>(null);
  #pointer: number | null = null;
  #stylus = false;

  constructor(strokes: readonly Stroke[] = []) {
    this.#strokes = strokes;
    this.#paths = strokes.map((stroke) => pathOf(outlineOf(stroke)));
  }

  get strokes(): readonly Stroke[] {
    return this.#strokes;
  }

  get empty(): boolean {
    return this.#strokes.length === 0 && this.#current === null;
  }

  /** SVG path data, the stroke under the pen last. */
  get paths(): readonly string[] {
    return this.#current === null ? this.#paths : [...this.#paths, pathOf(outlineOf(this.#current))];
  }

  /** Outlines for the file; null when nothing was drawn. */
  get drawing(): Drawing | null {
    return drawingOf(this.#strokes);
  }

  /** True when the pad follows this pointer. */
  begin(event: PenEvent): boolean {
    if (this.#pointer !== null) return false;
    if (event.kind === 'pen') this.#stylus = true;
    else if (this.#stylus) return false;
    this.#pointer = event.pointer;
    this.#current = { points: [...event.points], measured: event.kind === 'pen' };
    return true;
  }

  extend(event: PenEvent): void {
    if (event.pointer !== this.#pointer || this.#current === null) return;
    this.#current = { ...this.#current, points: [...this.#current.points, ...event.points] };
  }

  end(pointer: number): void {
    if (pointer !== this.#pointer) return;
    const stroke = this.#current;
    this.#release();
    if (stroke === null) return;
    this.#strokes = [...this.#strokes, stroke];
    this.#paths = [...this.#paths, pathOf(outlineOf(stroke))];
  }

  /** The browser took the pointer away (a system gesture): what was drawn so far is no stroke. */
  cancel(pointer: number): void {
    if (pointer === this.#pointer) this.#release();
  }

  undo(): void {
    this.#strokes = this.#strokes.slice(0, -1);
    this.#paths = this.#paths.slice(0, -1);
  }

  clear(): void {
    this.#release();
    this.#strokes = [];
    this.#paths = [];
  }

  #release(): void {
    this.#pointer = null;
    this.#current = null;
  }
}
