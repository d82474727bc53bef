// Tells the service worker of every file that the build made: Kit's own list lacks what workers load.

/** Chunks that stay out of the shell: they come with their first use, or by "make ready for offline". */
const HEAVY = { pdfjs: /[\\/]node_modules[\\/]pdfjs-dist[\\/][^?]*$/ };

// Vite resolves the configuration once for each of its environments, and this module with it: the service
// worker's build has another one than the client's. They meet here.
const configs = (globalThis[Symbol.for('countersign.offline-parts')] ??= new Set());

/**
 * Vite plugin: heavy chunks carry their name (`pdfjs.<hash>.js`), and the service worker, which Kit builds
 * after the client with the same `define`, finds the paths of all files with a hash in `OFFLINE_PARTS`.
 */
export function offlineParts() {
  return {
    name: 'countersign-offline-parts',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      configs.add(resolved);
    },
    outputOptions(options) {
      const plain = options.chunkFileNames;
      if (typeof plain !== 'string' || !plain.includes('/immutable/chunks/')) return null;
      return {
        ...options,
        chunkFileNames: (chunk) => {
          const heavy = Object.entries(HEAVY).find(([, test]) => chunk.moduleIds.some((id) => test.test(id)));
          return heavy === undefined ? plain : plain.replace('[hash]', `${heavy[0]}.[hash]`);
        }
      };
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        if (this.environment?.name !== 'client') return;
        const files = Object.keys(bundle).filter((file) => file.includes('/immutable/'));
        if (files.length === 0) return;
        const list = JSON.stringify(files.map((file) => `/${file}`).sort());
        for (const config of configs) (config.define ??= {}).OFFLINE_PARTS = list;
      }
    }
  };
}
