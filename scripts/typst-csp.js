// Typst's glue makes five constant functions with `new Function`, which a strict CSP refuses. This Vite
// plugin replaces the two calls by a look-up of those texts; a sixth text, brought by an upgrade, throws
// when it is used, and a changed glue fails the build (templates notes, "CSP").

/** The texts that Typst 0.14's binding asks for, found in its wasm. */
const known = {
  'return 0': '() => 0',
  'return true': '() => true',
  'return path': '(path) => path',
  "throw new Error('Dummy AccessModel, please initialize compiler with withAccessModel()')":
    "() => { throw new Error('no files outside the template') }",
  "throw new Error('Dummy Registry, please initialize compiler with withPackageRegistry()')":
    "() => { throw new Error('no packages') }"
};

const lookup = `const countersignFunctions = {${Object.entries(known)
  .map(([text, body]) => `${JSON.stringify(text)}: ${body}`)
  .join(',')}};
function countersignFunction(text) {
  const found = countersignFunctions[text];
  if (!found) throw new Error('Typst asked for a function that is not known: ' + text);
  return found;
}
`;

/** The module text without `new Function`; throws when the glue no longer looks as expected. */
export function withoutNewFunction(code) {
  const replaced = code
    .replace(
      'new Function(getStringFromWasm0(arg0, arg1))',
      'countersignFunction(getStringFromWasm0(arg0, arg1))'
    )
    .replace(
      'new Function(getStringFromWasm0(arg0, arg1), getStringFromWasm0(arg2, arg3))',
      'countersignFunction(getStringFromWasm0(arg2, arg3))'
    );
  if (replaced.includes('new Function(') || replaced.split('countersignFunction(').length !== 3)
    throw new Error('typst-csp: the Typst glue changed, look at its `new Function` calls');
  return lookup + replaced;
}

/** @returns {import('vite').Plugin} */
export function typstCsp() {
  return {
    name: 'typst-csp',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0].endsWith('typst_ts_web_compiler.mjs')) return null;
      // The glue's own way to find its wasm would add the 28 MB file twice; we always hand it over.
      return withoutNewFunction(code).replace(
        "new URL('typst_ts_web_compiler_bg.wasm', import.meta.url)",
        'undefined'
      );
    }
  };
}
