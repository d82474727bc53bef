/** A stream of numbers in [0, 1) by a seed (mulberry32): the same in every run. */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;

const below = (random: Random, end: number): number => Math.floor(random() * end);

function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[below(random, items.length)] ?? items[0];
}

/** Latin-1 text of some bytes. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

function replaced(file: Uint8Array, from: number, to: number, piece: Uint8Array): Uint8Array {
  const out = new Uint8Array(file.length - (to - from) + piece.length);
  out.set(file.subarray(0, from));
  out.set(piece, from);
  out.set(file.subarray(to), from + piece.length);
  return out;
}

/** Words that mean something at the wrong place. */
const words: readonly [string, ...string[]] = [
  'obj',
  'endobj',
  'stream\n',
  'endstream',
  'xref\n',
  'trailer',
  'startxref',
  '%%EOF',
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '/',
  '%',
  'R',
  'null',
  'true',
  '-1',
  '0',
  '1 0 R',
  '2 0 R',
  '10 0 R',
  '99999 0 R',
  '/Kids',
  '/Parent',
  '/Length',
  '/Prev',
  '/XRefStm',
  '/Extends',
  '/Filter',
  '/FlateDecode',
  '/LZWDecode',
  '/ASCII85Decode',
  '/Crypt',
  '/DecodeParms',
  '/Predictor',
  '/Columns',
  '/W',
  '/Index',
  '/Size',
  '/Root',
  '/Encrypt',
  '/ID',
  '/Type',
  '/ObjStm',
  '/Page',
  '/Pages',
  '/Annots',
  '/AcroForm',
  '/Fields',
  '/V',
  '/T',
  '/FT',
  '/Sig',
  '/ByteRange',
  '/Contents',
  '/Rect',
  '/MediaBox',
  '/Rotate',
  '/UserUnit',
  '/AP',
  '/N',
  '/Lock',
  '/Perms',
  '/DocMDP',
  '/StructTreeRoot',
  '/ParentTree'
];

const numbers: readonly [string, ...string[]] = [
  '0',
  '1',
  '-1',
  '2',
  '7',
  '255',
  '256',
  '65535',
  '65536',
  '2000001',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '99999999999',
  '0.5',
  '-0',
  '1e5',
  '+3',
  '--2',
  '1.2.3',
  '00000000000000000000001'
];

/** Places of what a pattern finds, the first 2,000. */
function places(text: string, pattern: RegExp): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(pattern)) {
    found.push([match.index, match.index + match[0].length]);
    if (found.length === 2000) break;
  }
  return found;
}

/** Replaces one place of a pattern by `make`'s text, padded to the same length when it fits and the coin says so. */
function edit(file: Uint8Array, random: Random, pattern: RegExp, make: (old: string) => string): Uint8Array {
  const text = textOf(file);
  const found = places(text, pattern);
  const place = found[below(random, found.length)];
  if (place === undefined) return file;
  const old = text.slice(...place);
  const fresh = make(old);
  const keep = random() < 0.6 && fresh.length <= old.length;
  return replaced(file, ...place, bytesOf(keep ? fresh.padEnd(old.length) : fresh));
}

function chunk(file: Uint8Array, random: Random): [number, number] {
  const from = below(random, file.length);
  return [from, Math.min(file.length, from + 1 + below(random, random() < 0.5 ? 64 : 2048))];
}

type Mutation = (file: Uint8Array, random: Random) => Uint8Array;

const mutations: readonly [Mutation, ...Mutation[]] = [
  // Bytes.
  (file, random) => {
    const out = file.slice();
    for (let i = 1 + below(random, 12); i > 0; i -= 1) out[below(random, out.length)] = below(random, 256);
    return out;
  },
  (file, random) => {
    const out = file.slice();
    const at = below(random, out.length);
    out[at] = (out[at] ?? 0) ^ (1 << below(random, 8));
    return out;
  },
  // Tokens.
  (file, random) => edit(file, random, /[A-Za-z]{2,}/g, () => pick(random, words)),
  (file, random) => edit(file, random, /\/[A-Za-z0-9]+/g, () => pick(random, words)),
  (file, random) => {
    const at = below(random, file.length);
    return replaced(file, at, at, bytesOf(` ${pick(random, words)} `));
  },
  // Numbers, references, lengths.
  (file, random) => edit(file, random, /-?\d+/g, () => pick(random, numbers)),
  (file, random) => edit(file, random, /\d+ \d+ R/g, () => `${below(random, 40)} 0 R`),
  (file, random) =>
    edit(file, random, /\/(Length|N|First|Size|Count|Prev|W|Index|Columns) ?\[?-?\d+/g, (old) =>
      old.replace(/-?\d+$/, pick(random, numbers))
    ),
  // The cross-reference.
  (file, random) =>
    edit(file, random, /startxref\s+\d+/g, () => `startxref\n${below(random, file.length + 10)}`),
  (file, random) =>
    edit(file, random, /\d{10} \d{5} [nf]/g, () => {
      const offset = String(below(random, file.length)).padStart(10, '0');
      return `${offset} ${pick(random, ['00000', '00001', '65535'])} ${pick(random, ['n', 'f'])}`;
    }),
  (file, random) =>
    edit(file, random, /xref\s+\d+ \d+/g, () => `xref\n${below(random, 5)} ${below(random, 40)}`),
  // Pieces.
  (file, random) => file.slice(0, below(random, file.length)),
  (file, random) => {
    const [from, to] = chunk(file, random);
    const at = below(random, file.length);
    return replaced(file, at, at, file.slice(from, to));
  },
  (file, random) => replaced(file, ...chunk(file, random), new Uint8Array(0)),
  (file, random) => {
    const [from, to] = chunk(file, random);
    return file.slice().fill(below(random, 256), from, to);
  },
  (file, random) => {
    const [from, to] = chunk(file, random);
    const at = below(random, Math.max(1, file.length - (to - from)));
    const out = file.slice();
    out.copyWithin(at, from, to);
    return out;
  },
  (file, random) => replaced(file, 0, 0, bytesOf('garbage\n'.repeat(1 + below(random, 20)))),
  (file, random) => {
    // A revision more, behind a table that leads somewhere.
    const prev = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(textOf(file.subarray(-64)))?.[1] ?? '0';
    const number = 1 + below(random, 20);
    const body = pick(random, [
      'null',
      '<<>>',
      '[1 0 R]',
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Kids [2 0 R] >>'
    ]);
    const head = `\n${number} 0 obj\n${body}\nendobj\n`;
    const at = String(file.length + 1).padStart(10, '0');
    const tail = `xref\n${number} 1\n${at} 00000 n \ntrailer\n<< /Size 200 /Root 1 0 R /Prev ${prev} >>\n`;
    return replaced(
      file,
      file.length,
      file.length,
      bytesOf(`${head}${tail}startxref\n${file.length + head.length}\n%%EOF\n`)
    );
  }
];

/** The file with one to four mutations, by seed: bytes, tokens, numbers, lengths, the cross-reference, pieces. */
export function mutate(file: Uint8Array, seed: number): Uint8Array {
  const random = randomBy(seed);
  let out = file;
  const times = random() < 0.6 ? 1 : 2 + below(random, 3);
  for (let i = 0; i < times && out.length > 0; i += 1) out = pick(random, mutations)(out, random);
  return out;
}
