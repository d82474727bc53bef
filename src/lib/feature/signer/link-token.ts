const TOKEN = /^#([A-Za-z0-9]{43})$/;

/**
 * The link's token out of the address's fragment, which is emptied at once (`security.md` L2): null when
 * there is none. The router's own `replaceState` would wait for it to start; the plain one never does. Null too while the page is prerendered.
 */
export function takeToken(): string | null {
  if (typeof location === 'undefined') return null;
  const found = TOKEN.exec(location.hash)?.[1] ?? null;
  if (location.hash !== '') history.replaceState(history.state, '', '/sign');
  return found;
}
