/**
 * Two fingers and Ctrl+wheel change the zoom of one scrolling element instead of the whole page's. Touch
 * events, not pointer events: with two fingers down a browser may take over and cancel the pointers.
 */
export interface Zoomer {
  /** The present scale. */
  scale(): number;
  /** Client coordinates of the place that shall stay put. */
  zoomTo(scale: number, clientX: number, clientY: number): void;
}

interface Two {
  readonly apart: number;
  readonly x: number;
  readonly y: number;
}

function two(touches: TouchList): Two | null {
  const [a, b] = [touches[0], touches[1]];
  if (touches.length !== 2 || a === undefined || b === undefined) return null;
  return {
    apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    x: (a.clientX + b.clientX) / 2,
    y: (a.clientY + b.clientY) / 2
  };
}

/** Attachment for the element that scrolls. */
export function pinch(zoomer: Zoomer): (element: HTMLElement) => () => void {
  return (element) => {
    const ended = new AbortController();
    const options = { signal: ended.signal, passive: false };
    let start: { readonly apart: number; readonly scale: number } | null = null;

    element.addEventListener(
      'touchstart',
      (event) => {
        const fingers = two(event.touches);
        start = fingers === null ? null : { apart: Math.max(1, fingers.apart), scale: zoomer.scale() };
      },
      options
    );
    element.addEventListener(
      'touchmove',
      (event) => {
        const fingers = two(event.touches);
        if (fingers === null || start === null) return;
        event.preventDefault();
        zoomer.zoomTo((start.scale * fingers.apart) / start.apart, fingers.x, fingers.y);
      },
      options
    );
    for (const end of ['touchend', 'touchcancel'] as const) {
      element.addEventListener(end, () => (start = null), options);
    }
    element.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        zoomer.zoomTo(zoomer.scale() * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
      },
      options
    );
    return () => ended.abort();
  };
}
