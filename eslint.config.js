import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { directions } from './tests/structure/directions.js';

const pure = ['bytes', 'asn1', 'pki', 'cms', 'pdf', 'templates', 'sign', 'verify', 'domain'];

/** PocketBase's engine lacks these, and a pure room must run there (`contracts.md`, "Bytes and crypto"). */
const absentInHooks = [
  'window',
  'document',
  'navigator',
  'crypto',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'Intl',
  'fetch',
  'setTimeout',
  'structuredClone',
  'atob',
  'btoa',
  'indexedDB'
];

export default ts.config(
  {
    ignores: [
      'build/',
      '.svelte-kit/',
      'data/',
      '.cache/',
      'src/lib/paraglide/',
      'pb_hooks/lib/shared.js',
      'pb_hooks/lib/shared-proofs.js',
      'test-results/'
    ]
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { local: { rules: { directions } } },
    rules: {
      'local/directions': 'error',
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error'
    }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/no-inline-styles': ['error', { allowTransitions: true }],
      'svelte/no-navigation-without-resolve': 'off'
    }
  },
  {
    files: pure.map((room) => `src/lib/${room}/**/*.ts`),
    ignores: ['**/*.test.ts', 'src/lib/**/*-web.ts', 'src/lib/templates/engine/**'],
    rules: {
      'no-restricted-globals': ['error', ...absentInHooks],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is a parameter.' },
        { object: 'Date', property: 'now', message: 'The clock is a parameter.' }
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // `\p{…}` never matches in PocketBase's engine (`pocketbase.md`, "The JS runtime").
      'no-restricted-syntax': [
        'error',
        { selector: 'Literal[regex.pattern=/\\\\[pP]\\{/]', message: 'No Unicode property escapes.' }
      ]
    }
  },
  {
    files: ['pb_hooks/**/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', module: 'writable' } },
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      // Fails on CommonJS files, which have no Svelte in them anyway.
      'svelte/no-inner-declarations': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: '$security.randomStringWithAlphabet (security X3).' },
        { object: '$security', property: 'pseudorandomString', message: 'Not a cryptographic source (X3).' },
        {
          object: '$security',
          property: 'pseudorandomStringWithAlphabet',
          message: 'Not a cryptographic source (X3).'
        }
      ]
    }
  }
);
