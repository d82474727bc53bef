/** Which of the build's files the shell is made of, and which wait for their first use. */

/** Big or rare parts by their extension: fonts, character maps, WebAssembly, pdf.js's own worker. */
const LATER = /\.(?:wasm|bin|ttf|otf|woff2?|pfb|bcmap|icc|mjs)$/;
/** Big script chunks by the name that the build gives them (`scripts/offline-parts.js`). */
const HEAVY = /\/pdfjs\.[\w-]+\.js$/;
/** Fonts of 1 to 3 MB each for scripts that few contracts are written in (`scripts/fonts.js`). */
const LARGE_FONT = /\/(?:hans|hant|han|japanese|korean)[.-][\w-]+\.ttf$/;

export interface Contents {
  /** Installed at once: every page opens, and a file can be verified and signed, with these and no network. */
  readonly shell: readonly string[];
  /** Kept at first use, or by "make ready for offline". */
  readonly later: readonly string[];
  /** Kept at first use only. */
  readonly extra: readonly string[];
}

/** `parts`: paths of all files of the build that have a hash in their name. */
export function contentsOf(parts: readonly string[]): Contents {
  const waits = (path: string) => LATER.test(path) || HEAVY.test(path);
  return {
    shell: parts.filter((path) => !waits(path)),
    later: parts.filter((path) => waits(path) && !LARGE_FONT.test(path)),
    extra: parts.filter((path) => LARGE_FONT.test(path))
  };
}

/**
 * The page that answers a navigation to `path` from the cache, or null: then only the network can. `path` is
 * a pathname without query and fragment, so a signing link's token never comes near a cache key (L2).
 */
export function pageFor(path: string, prerendered: readonly string[], fallback: string): string | null {
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (prerendered.includes(plain)) return plain;
  // The server's own: its API, its dashboard, its files.
  if (/^\/(?:api|_)(?:\/|$)/.test(plain) || plain.startsWith('/_app/')) return null;
  // A last segment with a dot is a file (`/ca.pem`, `/verify.html`), anything else a route of the app.
  return /\.[^/]*$/.test(plain) ? null : fallback;
}
