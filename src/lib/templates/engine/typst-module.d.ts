// The package types only its main entry, whose shim calls `new Function`; we load the module behind it.
declare module '@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler.mjs' {
  export * from '@myriaddreamin/typst-ts-web-compiler';
  export { default } from '@myriaddreamin/typst-ts-web-compiler';
}
