// Addresses of what a page's worker draws with; Node reads the same files from their packages (`cli/fonts.ts`).
import script from '@expo-google-fonts/caveat/500Medium/Caveat_500Medium.ttf?url';
import text from '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf?url';
import subsetting from 'harfbuzzjs/dist/harfbuzz-subset.wasm?url';
import shaping from 'harfbuzzjs/dist/harfbuzz.wasm?url';

export const fontFiles = { shaping, subsetting, text, script } as const;
