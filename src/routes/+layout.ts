// Every path is written into its own HTML file at build time, so its first text is there with the first
// response; `documents/[id]` alone comes from the fallback page and says so in its own layout.
export const prerender = true;
export const ssr = true;
