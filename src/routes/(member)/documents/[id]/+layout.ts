// One page for any id: it comes from the fallback, nothing of it exists at build time.
export const ssr = false;
export const prerender = false;
