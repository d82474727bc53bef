// Cuts the fonts that the app draws with (`contracts.md`: with HarfBuzz's subsetter, at build) to the characters
// they are for: no hinting, no layout feature that nothing here uses. Made into src/lib/fonts, which git ignores.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const fontFolder = join(root, 'src/lib/fonts');
const find = createRequire(import.meta.url).resolve;
const noto = (name, weight = '400Regular') =>
  `@expo-google-fonts/noto-sans${name.toLowerCase().replace(/^(.)/, '-$1')}/${weight}/NotoSans${name}_${weight}.ttf`;

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ASCII = range(0x20, 0x7e);
const LATIN = [
  ...range(0x20, 0x7e),
  ...range(0xa0, 0x24f),
  ...range(0x250, 0x2af),
  ...range(0x2b0, 0x36f),
  ...range(0x370, 0x3ff),
  ...range(0x400, 0x52f),
  ...range(0x1e00, 0x1eff),
  ...range(0x1f00, 0x1fff),
  ...range(0x2000, 0x206f),
  ...range(0x2070, 0x209f),
  ...range(0x20a0, 0x20cf),
  ...range(0x2100, 0x218f),
  ...range(0x2190, 0x22ff)
];

/** Characters of a double-byte set (WHATWG Encoding): lead bytes × trail bytes. */
function charactersOf(encoding, leads, trails) {
  const decoder = new TextDecoder(encoding);
  const found = [];
  for (const lead of leads) {
    for (const trail of trails) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if ([...text].length === 1 && text !== '\ufffd') found.push(text.codePointAt(0));
    }
  }
  return found;
}
const GRID = range(0xa1, 0xfe);
/** Marks, full-width forms and kana that every East Asian text may hold. */
const EAST = [
  ...ASCII,
  0xa0,
  0xb7,
  ...range(0x2010, 0x2027),
  ...range(0x3000, 0x30ff),
  ...range(0xff01, 0xffee)
];
const GB2312 = charactersOf('gbk', range(0xa1, 0xf7), GRID);
const BIG5_LEVEL_1 = charactersOf('big5', range(0xa1, 0xc6), [...range(0x40, 0x7e), ...GRID]);
const JIS_X_0208 = charactersOf('euc-jp', range(0xa1, 0xf4), GRID);
const KS_X_1001 = charactersOf('euc-kr', range(0xa1, 0xfd), GRID);
const COMMON_HAN = new Set([...GB2312, ...BIG5_LEVEL_1, ...JIS_X_0208]);
const isHan = (code) =>
  (code >= 0x2e80 && code <= 0x2fdf) ||
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0x20000 && code <= 0x3134f);
const SC = noto('SC');

const SHAPING = ['ccmp', 'locl', 'rlig', 'liga', 'clig', 'calt', 'kern', 'mark', 'mkmk'];
const ARABIC = ['isol', 'init', 'medi', 'fina', 'rclt', 'curs'];
const HAND = ['ccmp', 'locl', 'rlig', 'liga', 'clig', 'kern', 'mark', 'mkmk'];

const tag = (name) => Buffer.from(name.padEnd(4)).readUInt32BE();

/** The code points of a font: `cmap`, format 12 or else 4 (OpenType). */
function* codePoints(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  let cmap = 0;
  for (let i = 0; i < view.getUint16(4); i += 1)
    if (view.getUint32(12 + 16 * i) === tag('cmap')) cmap = view.getUint32(20 + 16 * i);
  const tables = range(1, view.getUint16(cmap + 2)).map((i) => cmap + view.getUint32(cmap + 8 * i));
  const wide = tables.find((at) => view.getUint16(at) === 12);
  if (wide !== undefined) {
    for (let group = 0; group < view.getUint32(wide + 12); group += 1) {
      const at = wide + 16 + 12 * group;
      yield* range(view.getUint32(at), view.getUint32(at + 4));
    }
    return;
  }
  const at = tables.find((table) => view.getUint16(table) === 4);
  const doubled = view.getUint16(at + 6);
  for (let i = 0; i < doubled - 2; i += 2)
    yield* range(view.getUint16(at + 16 + doubled + i), view.getUint16(at + 14 + i));
}

const original = new Map();
/** The Han of an uncut font. */
function hanOf(file) {
  if (!original.has(file))
    original.set(file, new Set([...codePoints(readFileSync(find(file)))].filter(isHan)));
  return original.get(file);
}
/** Han for names of one region, which the largest of the fonts, the simplified Chinese one, has not. */
const hanBeyond = (file) => [...hanOf(file)].filter((code) => !hanOf(SC).has(code));
/** What that one has and none of the common sets: Han of rare names. */
const rareHan = () => [...hanOf(SC)].filter((code) => !COMMON_HAN.has(code));

/** Pack → file, its characters, its layout features. The same names stand in `pdf/appearance/fonts.ts`. */
const recipes = () => ({
  latin: { file: noto(''), characters: LATIN, features: SHAPING },
  // Beside it for what templates lay out.
  'latin-bold': { file: noto('', '700Bold'), characters: LATIN, features: SHAPING },
  hebrew: {
    file: noto('Hebrew'),
    characters: [...ASCII, ...range(0x590, 0x5ff), ...range(0xfb1d, 0xfb4f), 0x20aa],
    features: SHAPING
  },
  arabic: {
    file: noto('Arabic'),
    characters: [
      ...range(0x20, 0x2f),
      ...range(0x600, 0x6ff),
      ...range(0x750, 0x77f),
      ...range(0x8a0, 0x8ff),
      ...range(0xfb50, 0xfdff),
      ...range(0xfe70, 0xfeff),
      0x25cc
    ],
    features: [...SHAPING, ...ARABIC]
  },
  hans: { file: SC, characters: [...EAST, ...GB2312], features: [] },
  hant: { file: noto('TC'), characters: [...EAST, ...BIG5_LEVEL_1, ...hanBeyond(noto('TC'))], features: [] },
  japanese: {
    file: noto('JP'),
    characters: [...EAST, ...JIS_X_0208, ...hanBeyond(noto('JP'))],
    features: ['ccmp']
  },
  korean: {
    file: noto('KR'),
    characters: [
      ...EAST,
      ...range(0xac00, 0xd7a3),
      ...range(0x3131, 0x318e),
      ...KS_X_1001,
      ...hanBeyond(noto('KR'))
    ],
    features: []
  },
  han: { file: SC, characters: rareHan(), features: [] },
  caveat: {
    file: '@expo-google-fonts/caveat/500Medium/Caveat_500Medium.ttf',
    characters: LATIN,
    features: HAND
  },
  dancing: {
    file: '@expo-google-fonts/dancing-script/400Regular/DancingScript_400Regular.ttf',
    characters: LATIN,
    features: HAND
  },
  marck: {
    file: '@expo-google-fonts/marck-script/400Regular/MarckScript_400Regular.ttf',
    characters: LATIN,
    features: HAND
  },
  vibes: {
    file: '@expo-google-fonts/great-vibes/400Regular/GreatVibes_400Regular.ttf',
    characters: LATIN,
    features: HAND
  }
});

/** HB_SUBSET_FLAGS_NO_HINTING. */
const NO_HINTING = 1;
/** HB_SUBSET_SETS_… */
const DROP_TABLES = 3;
const FEATURES = 6;
const WRITABLE = 2;
/** No reader of ours looks at them. */
const UNNEEDED = [
  'DSIG',
  'STAT',
  'BASE',
  'MATH',
  'meta',
  'gasp',
  'VORG',
  'vhea',
  'vmtx',
  'kern',
  'LTSH',
  'VDMX',
  'hdmx',
  'PCLT'
];

function cut(hb, bytes, { characters, features }) {
  const at = hb.malloc(bytes.length);
  new Uint8Array(hb.memory.buffer, at, bytes.length).set(bytes);
  const whole = hb.hb_face_create(hb.hb_blob_create(at, bytes.length, WRITABLE, 0, 0), 0);
  const input = hb.hb_subset_input_create_or_fail();
  hb.hb_subset_input_set_flags(input, NO_HINTING);
  const wanted = hb.hb_subset_input_unicode_set(input);
  for (const code of characters) hb.hb_set_add(wanted, code);
  const dropped = hb.hb_subset_input_set(input, DROP_TABLES);
  for (const name of UNNEEDED) hb.hb_set_add(dropped, tag(name));
  const kept = hb.hb_subset_input_set(input, FEATURES);
  hb.hb_set_clear(kept);
  for (const name of features) hb.hb_set_add(kept, tag(name));
  const face = hb.hb_subset_or_fail(whole, input);
  if (face === 0) throw new Error('HarfBuzz could not cut a font');
  const blob = hb.hb_face_reference_blob(face);
  const size = hb.hb_blob_get_length(blob);
  return new Uint8Array(hb.memory.buffer, hb.hb_blob_get_data(blob, 0), size).slice();
}

/** Packs with Han characters, in the order of their bits; the same list as in `pdf/appearance/fonts.ts`. */
const HAN_PACKS = ['hans', 'hant', 'japanese', 'korean', 'han'];

/**
 * A byte for each of U+2E80 to U+9FFF and U+F900 to U+FAFF: bit i for a character of `HAN_PACKS[i]`; then for
 * those of the further planes four bytes each, ascending: the code point and its byte.
 */
function hanCoverage(fonts) {
  const table = new Uint8Array(0x7180 + 0x200);
  const further = new Map();
  HAN_PACKS.forEach((name, bit) => {
    for (const code of codePoints(fonts.get(name))) {
      if (code >= 0x2e80 && code <= 0x9fff) table[code - 0x2e80] |= 1 << bit;
      if (code >= 0xf900 && code <= 0xfaff) table[code - 0xf900 + 0x7180] |= 1 << bit;
      if (code >= 0x20000) further.set(code, (further.get(code) ?? 0) | (1 << bit));
    }
  });
  const rows = [...further].sort(([a], [b]) => a - b);
  return Buffer.concat([
    table,
    Buffer.from(rows.flatMap(([code, bits]) => [code >> 16, (code >> 8) & 255, code & 255, bits]))
  ]);
}

// Others may read while this writes: a file is there whole or not at all.
function put(name, bytes) {
  const target = join(fontFolder, name);
  writeFileSync(`${target}.${process.pid}`, bytes);
  renameSync(`${target}.${process.pid}`, target);
}

/** Makes what is missing or was made by another recipe or of other packages; the rest is left alone. */
export async function cutFonts(say = () => {}) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const versions = lock.match(
    /"node_modules\/(?:@expo-google-fonts\/[^"]+|harfbuzzjs)": \{\s*"version": "[^"]+"/g
  );
  const own = readFileSync(fileURLToPath(import.meta.url));
  const stamp = createHash('sha256').update(own).update(String(versions)).digest('hex');
  const stampFile = join(fontFolder, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Cutting the fonts …');
  mkdirSync(fontFolder, { recursive: true });
  const module = await WebAssembly.compile(readFileSync(find('harfbuzzjs/dist/harfbuzz-subset.wasm')));
  const fonts = new Map();
  const all = Object.entries(recipes());
  for (const [name, recipe] of all) {
    // A module each: its memory grows with every font and never shrinks.
    const { exports } = await WebAssembly.instantiate(module, {});
    exports._initialize();
    const bytes = cut(exports, readFileSync(find(recipe.file)), recipe);
    fonts.set(name, bytes);
    put(`${name}.ttf`, bytes);
  }
  put('han-coverage.bin', hanCoverage(fonts));
  for (const name of readdirSync(fontFolder)) {
    if (name.endsWith('.ttf') && !fonts.has(name.slice(0, -4))) rmSync(join(fontFolder, name));
  }
  put('.stamp', stamp);
}

/** Vite plugin: the fonts are there before anything imports their addresses. */
export function fonts() {
  return { name: 'countersign-fonts', config: () => cutFonts() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await cutFonts(console.log);
