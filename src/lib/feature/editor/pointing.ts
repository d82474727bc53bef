import type { Spot } from './placing.svelte.ts';

/** The page under a point of the window and the place on it, or null between pages. */
export function spotAt(clientX: number, clientY: number): Spot | null {
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    const paper = element.closest<HTMLElement>('[data-page]');
    if (paper !== null) return spotOn(paper, clientX, clientY);
  }
  return null;
}

/** The place on a page, also beyond its edges. */
export function spotOn(paper: HTMLElement, clientX: number, clientY: number): Spot {
  const { left, top } = paper.getBoundingClientRect();
  const scale = parseFloat(paper.style.getPropertyValue('--scale')) || 1;
  return {
    page: Number(paper.dataset['page']),
    x: (clientX - left) / scale,
    y: (clientY - top) / scale,
    scale
  };
}

interface DragWay {
  /** Pointer positions after it has moved far enough to be a drag and not a press. */
  move(event: PointerEvent): void;
  end(): void;
  cancel(): void;
}

/** CSS pixels a pointer may tremble and still be a press. */
const TREMBLE = 4;

/**
 * Follows one pointer from its press to its release, on the window: the element under it may be drawn anew
 * on another page meanwhile. Escape takes the drag back.
 */
export function followPointer(start: PointerEvent, way: DragWay): void {
  const ended = new AbortController();
  const { signal } = ended;
  let moved = false;
  const finish = (how: 'end' | 'cancel') => {
    ended.abort();
    if (moved) way[how]();
  };
  window.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== start.pointerId) return;
      moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > TREMBLE;
      if (moved) way.move(event);
    },
    { signal }
  );
  window.addEventListener('pointerup', (event) => event.pointerId === start.pointerId && finish('end'), {
    signal
  });
  window.addEventListener(
    'pointercancel',
    (event) => event.pointerId === start.pointerId && finish('cancel'),
    {
      signal
    }
  );
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      finish('cancel');
    },
    { signal, capture: true }
  );
}

/** Gives the keyboard to a placed field without moving the page. */
export function focusField(id: string | null): void {
  document.querySelector<HTMLElement>(`[data-field="${id}"] button`)?.focus({ preventScroll: true });
}

/** The keyboard goes to the field after a removed one, or the one before it, or back to the pages. */
export function focusBeside(id: string): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-field]')];
  const index = all.findIndex((element) => element.dataset['field'] === id);
  const beside = all[index + 1] ?? all[index - 1];
  const place = beside?.querySelector('button') ?? all[index]?.closest<HTMLElement>('[role="region"]');
  place?.focus({ preventScroll: true });
}
