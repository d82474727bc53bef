// Where the built app keeps the layout engine and its fonts: fetched once, on first use.
export { default as wasmUrl } from '@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler_bg.wasm?url';
export { default as regularUrl } from '#lib/fonts/latin.ttf?url';
export { default as boldUrl } from '#lib/fonts/latin-bold.ttf?url';
