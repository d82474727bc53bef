/**
 * Resolves when the browser has drawn what was set before the call: for work that holds the page's thread for
 * a second (Argon2id), so that "one moment" is seen first. In a hidden tab nothing is drawn; it goes on anyway.
 */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 100);
    if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => setTimeout(resolve));
  });
}
