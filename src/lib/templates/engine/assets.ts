// Where the built app keeps the layout engine and its fonts: fetched once, on first use.
export { default as wasmUrl } from '@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler_bg.wasm?url';
export { default as regularUrl } from '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf?url';
export { default as boldUrl } from '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf?url';
