/**
 * Attachment: the element is as high as what can be seen. On phones the keyboard covers the page without
 * changing its height, and the bar at the bottom would lie under it.
 */
export function inVisibleArea(element: HTMLElement): (() => void) | undefined {
  const seen = window.visualViewport;
  if (!seen) return undefined;
  const fit = () => {
    // Zoomed by pinching the browser itself: the page stays as it is.
    const keyboard = seen.scale < 1.05 && window.innerHeight - seen.height > 80;
    element.style.height = keyboard ? `${seen.height}px` : '';
    element.style.transform = keyboard ? `translateY(${seen.offsetTop}px)` : '';
  };
  fit();
  seen.addEventListener('resize', fit);
  seen.addEventListener('scroll', fit);
  return () => {
    seen.removeEventListener('resize', fit);
    seen.removeEventListener('scroll', fit);
  };
}

/** Attachment: notices in the corner stand above this bar, never on its buttons (`ToastArea.svelte`). */
export function clearOfToasts(bar: HTMLElement): () => void {
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty('--bottom-bar', `${bar.offsetHeight}px`));
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.removeProperty('--bottom-bar');
  };
}
