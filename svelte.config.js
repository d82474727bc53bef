import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    // Only `[id]` routes use the fallback page; the fixed paths are prerendered (see architecture notes in README).
    adapter: adapter({
      pages: 'build/app',
      assets: 'build/app',
      fallback: 'fallback.html',
      precompress: false
    }),
    // A build has a folder of its own: a test run beside it rewrites the other one, version and all.
    outDir: process.env.KIT_OUT ?? '.svelte-kit',
    files: { serviceWorker: 'src/service-worker' },
    // Registered by src/lib/app/shell.svelte.ts through the Trusted Types policy (security W1).
    serviceWorker: { register: false },
    prerender: { handleMissingId: 'fail' },
    alias: {},
    output: { bundleStrategy: 'split' },
    version: { pollInterval: 0 }
  }
};
