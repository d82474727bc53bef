import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { withoutNewFunction } from '../../../../scripts/typst-csp.js';

const glue = readFileSync(
  createRequire(import.meta.url).resolve(
    '@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler.mjs'
  ),
  'utf8'
);

it('leaves no `new Function` in the Typst glue, which a strict CSP would refuse', () => {
  expect(withoutNewFunction(glue)).not.toContain('new Function(');
});
it('fails when an upgrade brings another call', () => {
  expect(() => withoutNewFunction(`${glue}\nnew Function('x')`)).toThrow(/glue changed/);
});
