import { existsSync, readFileSync } from 'node:fs';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { fonts } from './scripts/fonts.js';
import { offlineParts } from './scripts/offline-parts.js';
import { typstCsp } from './scripts/typst-csp.js';
import { chromiumArgs, chromiumPath } from './tests/chromium.js';

/** What `scripts/build-verifier.js` made, for the page that offers it; null before its first build. */
const verifier = existsSync('build/verifier/about.json')
  ? readFileSync('build/verifier/about.json', 'utf8')
  : 'null';
const apiPort = process.env['PORT'] ?? '8090';

export default defineConfig({
  define: { COUNTERSIGN_VERIFIER: verifier },
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['baseLocale'],
      emitTsDeclarations: false
    }),
    fonts(),
    typstCsp(),
    sveltekit(),
    offlineParts()
  ],
  worker: { format: 'es', plugins: () => [typstCsp()] },
  // harfbuzzjs and Typst ship wasm beside their module; the optimizer would lose it.
  optimizeDeps: {
    exclude: ['harfbuzzjs', '@myriaddreamin/typst-ts-web-compiler'],
    // Found only inside workers, too late: finding them there reloads the page, which ends a browser test.
    include: [
      '@noble/ciphers/aes.js',
      '@noble/curves/ed25519.js',
      '@noble/curves/ed448.js',
      '@noble/curves/misc.js',
      '@noble/curves/nist.js',
      '@noble/curves/secp256k1.js',
      '@noble/hashes/argon2.js',
      '@noble/hashes/hmac.js',
      '@noble/hashes/legacy.js',
      '@noble/hashes/pbkdf2.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/sha3.js',
      'bidi-js',
      'dexie',
      'fast-check',
      'hash-wasm',
      'perfect-freehand',
      'pocketbase',
      'uqr',
      'valibot'
    ]
  },
  server: {
    proxy: {
      '/api': `http://127.0.0.1:${apiPort}`,
      '/ca.pem': `http://127.0.0.1:${apiPort}`
    }
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          setupFiles: ['./tests/properties.ts'],
          // A limit for what hangs; how fast things are is for the bench.
          testTimeout: 30_000,
          environment: 'node',
          include: ['src/**/*.test.ts', 'tests/security/**/*.test.ts', 'tests/structure/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/*.svelte.test.ts']
        }
      },
      {
        extends: true,
        test: {
          name: 'browser',
          setupFiles: ['./tests/properties.ts', './tests/patience.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
          include: [
            'src/**/*.browser.test.ts',
            'src/**/*.svelte.test.ts',
            'tests/offline/**/*.browser.test.ts'
          ],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromiumPath, args: chromiumArgs } }),
            instances: [{ browser: 'chromium' }]
          }
        }
      },
      {
        extends: true,
        test: {
          name: 'hooks',
          environment: 'node',
          include: ['tests/hooks/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000
        }
      },
      {
        extends: true,
        test: {
          name: 'oracles',
          environment: 'node',
          include: ['tests/oracles/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000
        }
      },
      {
        extends: true,
        test: {
          // Only in `npm run test:slow`: what wants Maven, or minutes.
          name: 'slow',
          environment: 'node',
          include: ['tests/**/*.slow.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000
        }
      }
    ]
  }
});
