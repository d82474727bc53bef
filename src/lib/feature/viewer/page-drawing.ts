/** Draws a page of pdf.js into a canvas, and lays its text over it for selecting and for screen readers. */
import type { RenderTask } from 'pdfjs-dist';
import { LIMITS, PdfFileError, type PdfFile } from './pdf-file.ts';

export interface Drawing {
  /** True when the picture is in its place, false when it was cancelled. Rejects with PdfFileError. */
  readonly done: Promise<boolean>;
  readonly cancel: () => void;
}

/** Device pixels a CSS pixel, lowered where the canvas would pass the limit (`security.md` P1). */
export function density(width: number, height: number, wanted: number): number {
  return Math.min(wanted, Math.sqrt(LIMITS.canvas / Math.max(1, width * height)));
}

/** What is drawn and how: `scale` in CSS pixels a point; `hidden` leaves out form widgets, never a signature. */
export interface Picture {
  readonly page: number;
  readonly scale: number;
  readonly fields: 'drawn' | 'hidden';
}

/**
 * Puts the picture of a page into `place`; the former one stays until the new one is ready, so nothing
 * flickers. Rejects with `too-slow` or `broken`.
 */
export function drawPage(file: PdfFile, { page, scale, fields }: Picture, place: HTMLElement): Drawing {
  let task: RenderTask | null = null;
  let cancelled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function draw(): Promise<boolean> {
    const proxy = await file.page(page);
    if (cancelled) return false;
    const css = proxy.getViewport({ scale });
    const viewport = proxy.getViewport({
      scale: scale * density(css.width, css.height, devicePixelRatio || 1)
    });
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(viewport.width));
    canvas.height = Math.max(1, Math.round(viewport.height));
    const { AnnotationMode } = file.pdfjs;
    task = proxy.render({
      canvas,
      viewport,
      annotationMode: fields === 'drawn' ? AnnotationMode.ENABLE : AnnotationMode.ENABLE_FORMS
    });
    const slow = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new PdfFileError('too-slow')), LIMITS.render);
    });
    await Promise.race([task.promise, slow]);
    if (cancelled) return false;
    place.replaceChildren(canvas);
    return true;
  }

  const done = draw()
    .catch((error: unknown) => {
      if (cancelled) return false;
      throw error instanceof PdfFileError ? error : new PdfFileError('broken');
    })
    .finally(() => clearTimeout(timer));
  return {
    done,
    cancel() {
      cancelled = true;
      task?.cancel();
    }
  };
}

/** Frees the memory of a page that went out of sight. */
export function clearPage(place: HTMLElement): void {
  place.replaceChildren();
}

/** Fills `layer` with the page's text; it follows the zoom through `--total-scale-factor`. */
export function layText(file: PdfFile, page: number, layer: HTMLElement): { readonly cancel: () => void } {
  let cancelled = false;
  let cancelLayer: (() => void) | null = null;
  async function lay(): Promise<void> {
    const proxy = await file.page(page);
    if (cancelled) return;
    const viewport = proxy.getViewport({ scale: 1 });
    layer.replaceChildren();
    // pdf.js counts in units of the page, the rest of the viewer in points: UserUnit lies between.
    layer.style.setProperty('--total-scale-factor', `calc(var(--scale) * ${proxy.userUnit || 1})`);
    const text = new file.pdfjs.TextLayer({
      textContentSource: proxy.streamTextContent({ includeMarkedContent: true, disableNormalization: true }),
      container: layer,
      viewport
    } as never);
    cancelLayer = () => text.cancel();
    await text.render();
  }
  // Text that cannot be read leaves the picture alone: reading by eye still works.
  lay().catch(() => undefined);
  return {
    cancel() {
      cancelled = true;
      cancelLayer?.();
      layer.replaceChildren();
    }
  };
}
