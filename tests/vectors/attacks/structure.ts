// Attacks on how a file is read: byte ranges, the hole, keys, cross-references, object streams, loops.
import { concat } from '../../../src/lib/bytes/concat.ts';
import { PdfDict, PdfRef } from '../../../src/lib/pdf/objects.ts';
import { findSignatures } from '../../../src/lib/verify/signatures.ts';
import { deflateSync } from 'node:zlib';
import { latin1, type Body } from '../draft.ts';
import { lastXref } from '../write.ts';
import {
  append,
  archived,
  type Attack,
  CATALOG,
  CONTENT,
  edited,
  evilText,
  FONT,
  lineAt,
  open,
  other,
  PAGE,
  PAGES,
  SIZE,
  tableOnly,
  textOf,
  twoParty,
  twoPartyStreams,
  written
} from './scene.ts';

interface Hole {
  readonly file: Uint8Array;
  readonly from: number;
  readonly to: number;
}

async function hole(): Promise<Hole> {
  const file = await other();
  const [, from = 0, to = 0] = findSignatures(open(file))[0]?.byteRange ?? [];
  return { file, from, to };
}

/** Writes `text` over the file from `at`. */
function over(file: Uint8Array, at: number, text: string): Uint8Array {
  const copy = Uint8Array.from(file);
  copy.set(latin1(text), at);
  return copy;
}

function onHole(family: string, name: string, make: (hole: Hole) => Uint8Array): Attack {
  return { family, name, make: async (evil) => (evil ? make(await hole()) : archived(await other())) };
}

/** Writes the range anew, as long as it was. */
function ranged(name: string, range: (hole: Hole) => readonly (number | string)[]): Attack {
  return onHole('ByteRange', name, (all) => {
    const text = textOf(all.file);
    const [old = ''] = /\[0 \d+ \d+ \d+ *\]/.exec(text) ?? [];
    const now = `[${range(all).join(' ')}`.padEnd(old.length - 1);
    return over(all.file, text.indexOf(old), `${now}]`);
  });
}

export const byteRanges: readonly Attack[] = [
  ranged('one byte later', ({ file, from, to }) => [1, from - 1, to, file.length - to]),
  ranged('a hole one byte wider in front', ({ file, from, to }) => [0, from - 1, to, file.length - to]),
  ranged('a hole one byte wider behind', ({ file, from, to }) => [0, from, to + 1, file.length - to - 1]),
  ranged('one byte short of the end', ({ file, from, to }) => [0, from, to, file.length - to - 1]),
  ranged('a hole that leaves out the brackets', ({ file, from, to }) => [
    0,
    from + 1,
    to - 1,
    file.length - to + 1
  ]),
  ranged('one pair only', ({ from }) => [0, from]),
  ranged('pairs that overlap', ({ file, from }) => [0, from, from - 100, file.length - from + 100]),
  ranged('pairs in the other order', ({ file, from, to }) => [to, file.length - to, 0, from]),
  ranged('a number with a point', ({ file, from, to }) => [0, from, `${to}.0`, file.length - to]),
  ranged('nothing behind the hole', ({ from, to }) => [0, from, to, 0])
];

/** The DER value ends here, counted in hex digits from the bracket. */
function valueEnd({ file, from }: Hole): number {
  const hex = textOf(file.subarray(from + 1, from + 9));
  return from + 1 + 2 * (4 + Number.parseInt(hex.slice(4, 8), 16));
}

export const holes: readonly Attack[] = [
  onHole('hole', 'the string closed early, a name behind it', (all) =>
    over(all.file, all.to - 9, '>/Evil 12')
  ),
  onHole('hole', 'a comment in the hole', (all) => over(all.file, all.to - 9, '%evil\n00')),
  onHole('hole', 'a literal string instead of a hexadecimal one', (all) =>
    over(over(all.file, all.from, '('), all.to - 1, ')')
  ),
  onHole('hole', 'an object in the hole', (all) =>
    over(all.file, all.to - 30, '>>endobj 11 0 obj 7 endobj <<<')
  ),
  onHole('hole', 'a second opening bracket', (all) => over(all.file, all.from + 1, '<')),
  onHole('hole', 'the value cut short', (all) => over(all.file, all.from + 1, '00000000')),
  onHole('hole', 'the value of another file', (all) => {
    const value = textOf(all.file.subarray(all.from + 1, valueEnd(all)));
    const at = value.length - 40;
    return over(all.file, all.from + 1 + at, '1234567890abcdef1234567890abcdef');
  })
];

const keyed = (name: string, make: (file: Uint8Array) => Uint8Array): Attack => ({
  family: 'duplicate keys',
  name,
  make: async (evil) => {
    const file = await twoParty();
    return evil ? make(file) : archived(file);
  }
});

/** The dictionary's text with entries before or behind its own. */
function doubled(file: Uint8Array, num: number, first: string, last = ''): string {
  const value = open(file).get(num);
  if (!(value instanceof PdfDict)) throw new Error(`${num} is no dictionary`);
  return written(value).replace(/^<</, `<<${first} `).replace(/>>$/, `${last} >>`);
}

export const duplicateKeys: readonly Attack[] = [
  keyed('/Contents of the page, the new one first', (file) =>
    append(file, { [PAGE]: doubled(file, PAGE, '/Contents 500 0 R'), 500: evilText() })
  ),
  keyed('/Contents of the page, the new one last', (file) =>
    append(file, { [PAGE]: doubled(file, PAGE, '', '/Contents 500 0 R'), 500: evilText() })
  ),
  keyed('/Pages of the catalog', (file) =>
    append(file, {
      [CATALOG]: doubled(file, CATALOG, '/Pages 500 0 R'),
      500: '<< /Type /Pages /Count 0 /Kids [] >>'
    })
  ),
  keyed('/Resources of the page', (file) =>
    append(file, { [PAGE]: doubled(file, PAGE, '/Resources << >> /Resources << >>') })
  ),
  keyed('a key that is written with an escape', (file) =>
    append(file, { [PAGE]: doubled(file, PAGE, '/Con#74ents 500 0 R'), 500: evilText() })
  ),
  keyed('/Kids of the page tree', (file) =>
    append(file, { [PAGES]: doubled(file, PAGES, '/Kids [12 0 R]') })
  ),
  {
    family: 'duplicate keys',
    name: '/Contents of the signature',
    make: async (evil) => {
      const file = await other();
      return evil ? latin1(textOf(file).replace('/Name (Other)', '/Contents<00>')) : file;
    }
  }
];

const onTable = (family: string, name: string, make: (file: Uint8Array) => Uint8Array): Attack => ({
  family,
  name,
  make: async (evil) => {
    const file = await twoParty();
    return evil ? make(file) : archived(file);
  }
});

const started = (name: string, make: (file: Uint8Array) => Uint8Array): Attack =>
  onTable('second startxref', name, make);

/** An evil content and its own table at the end, not yet named by a startxref. */
function evilTail(file: Uint8Array, prev = lastXref(file)): { bytes: Uint8Array; xref: number } {
  const body = `${CONTENT} 0 obj\n<< /Length 26 >>\nstream\nBT /F1 9 Tf (9.00 EUR) Tj E\nendstream\nendobj\n`;
  const xref = file.length + body.length;
  const line = lineAt(CONTENT, file.length);
  const table = `xref\n${line}trailer\n<< /Root 1 0 R /Size ${SIZE} /Prev ${prev} >>\n`;
  return { bytes: concat(file, latin1(body + table)), xref };
}

export const secondStartxref: readonly Attack[] = [
  started('the new one, then the old one', (file) => {
    const { bytes, xref } = evilTail(file);
    return concat(bytes, latin1(`startxref\n${xref}\n%%EOF\nstartxref\n${lastXref(file)}\n%%EOF\n`));
  }),
  started('the old one, then the new one', (file) => {
    const { bytes, xref } = evilTail(file);
    return concat(bytes, latin1(`startxref\n${lastXref(file)}\n%%EOF\nstartxref\n${xref}\n%%EOF\n`));
  }),
  started('two numbers in one', (file) => {
    const { bytes, xref } = evilTail(file);
    return concat(bytes, latin1(`startxref\n${lastXref(file)}\n${xref}\n%%EOF\n`));
  }),
  started('back to the first table', (file) =>
    concat(file, latin1(`startxref\n${textOf(file).indexOf('xref\n0')}\n%%EOF\n`))
  ),
  started('a number behind the end', (file) => concat(file, latin1('startxref\n99999999\n%%EOF\n'))),
  started('a table whose /Prev leaves revisions out', (file) => {
    const { bytes, xref } = evilTail(file, textOf(file).indexOf('xref\n0'));
    return concat(bytes, latin1(`startxref\n${xref}\n%%EOF\n`));
  })
];

/** Rows of a cross-reference stream with /W [1 4 2]. */
function rows(entries: readonly (readonly [number, number, number])[]): Uint8Array {
  const data = Buffer.alloc(entries.length * 7);
  entries.forEach(([kind, a, b], i) => {
    data.writeUInt8(kind, i * 7);
    data.writeUInt32BE(a, i * 7 + 1);
    data.writeUInt16BE(b, i * 7 + 5);
  });
  return data;
}

function streamText(num: number, body: Exclude<Body, string>): Uint8Array {
  return concat(
    latin1(`${num} 0 obj\n<< ${body.dict} /Length ${body.data.length} >>\nstream\n`),
    body.data,
    latin1('\nendstream\nendobj\n')
  );
}

/** A revision with a cross-reference stream: bodies, and entries by hand. */
function appendStream(
  file: Uint8Array,
  bodies: readonly (readonly [number, Exclude<Body, string>])[],
  entries: (
    offset: (num: number) => number
  ) => readonly (readonly [number, readonly [number, number, number]])[],
  prev = lastXref(file)
): Uint8Array {
  let whole = file;
  const offsets = new Map<number, number>();
  for (const [num, body] of bodies) {
    offsets.set(num, whole.length);
    whole = concat(whole, streamText(num, body));
  }
  const xref = whole.length;
  const all = [...entries((num) => offsets.get(num) ?? 0), [SIZE, [1, xref, 0]] as const];
  const index = all.map(([num]) => `${num} 1`).join(' ');
  const id = written(open(file).trailer.get('ID') ?? null);
  const root = written(open(file).trailer.get('Root') ?? null);
  const stream = streamText(SIZE, {
    dict: `/Type /XRef /W [1 4 2] /Index [${index}] /Size ${SIZE + 1} /Root ${root} /ID ${id} /Prev ${prev}`,
    data: rows(all.map(([, row]) => row))
  });
  return concat(whole, stream, latin1(`startxref\n${xref}\n%%EOF\n`));
}

function objectStream(members: readonly (readonly [number, string])[]): Exclude<Body, string> {
  let at = 0;
  const head = members.map(([num, text]) => {
    const pair = `${num} ${at}`;
    at += text.length + 1;
    return pair;
  });
  const first = `${head.join(' ')}\n`;
  return {
    dict: `/Type /ObjStm /N ${members.length} /First ${first.length} /Filter /FlateDecode`,
    data: Uint8Array.from(deflateSync(latin1(first + members.map(([, text]) => `${text}\n`).join(''))))
  };
}

const onStreams = (name: string, make: (file: Uint8Array) => Uint8Array): Attack => ({
  family: 'object-stream shadowing',
  name,
  make: async (evil) => {
    const file = await twoPartyStreams();
    const honest = (): Uint8Array =>
      appendStream(
        file,
        [
          [
            500,
            objectStream([
              [501, '<< /Type /DSS /Certs [] >>'],
              [CATALOG, edited(file, CATALOG, (d) => d.set('DSS', new PdfRef(501, 0)))]
            ])
          ]
        ],
        (offset) => [
          [500, [1, offset(500), 0]],
          [501, [2, 500, 0]],
          [CATALOG, [2, 500, 1]]
        ]
      );
    return evil ? make(file) : honest();
  }
});

const evilPage = (file: Uint8Array): string =>
  edited(file, PAGE, (dict) => dict.set('Contents', new PdfRef(510, 0)));
const evilStream = evilText() as Exclude<Body, string>;

export const objectStreams: readonly Attack[] = [
  onStreams('the page in a new object stream', (file) =>
    appendStream(
      file,
      [
        [510, evilStream],
        [500, objectStream([[PAGE, evilPage(file)]])]
      ],
      (offset) => [
        [510, [1, offset(510), 0]],
        [500, [1, offset(500), 0]],
        [PAGE, [2, 500, 0]]
      ]
    )
  ),
  onStreams('the old object stream replaced as a whole', (file) => {
    const doc = open(file);
    const entry = doc.entry(PAGES);
    const home = entry?.kind === 'in' ? entry.stream : 0;
    const evil = edited(file, PAGES, (dict) => dict.set('Kids', [new PdfRef(12, 0)]).set('Count', 1));
    const members = [...doc.numbers()].flatMap((num) => {
      const one = doc.entry(num);
      return one?.kind === 'in' && one.stream === home ? [{ num, index: one.index }] : [];
    });
    const texts: [number, string][] = Array.from(
      { length: 1 + Math.max(...members.map(({ index }) => index)) },
      () => [599, 'null']
    );
    for (const { num, index } of members) texts[index] = [num, num === PAGES ? evil : written(doc.get(num))];
    return appendStream(file, [[home, objectStream(texts)]], (offset) => [[home, [1, offset(home), 0]]]);
  }),
  onStreams('an index that names its neighbour', (file) => {
    const entry = open(file).entry(PAGES);
    const home = entry?.kind === 'in' ? entry.stream : 0;
    const index = entry?.kind === 'in' ? entry.index : 0;
    return appendStream(file, [], () => [[PAGES, [2, home, index + 1]]]);
  }),
  onStreams('one number twice in an object stream', (file) =>
    appendStream(
      file,
      [
        [510, evilStream],
        [
          500,
          objectStream([
            [PAGE, edited(file, PAGE, () => undefined)],
            [PAGE, evilPage(file)]
          ])
        ]
      ],
      (offset) => [
        [510, [1, offset(510), 0]],
        [500, [1, offset(500), 0]],
        [PAGE, [2, 500, 1]]
      ]
    )
  ),
  onStreams('a number whose place holds another', (file) =>
    appendStream(
      file,
      [
        [510, evilStream],
        [500, objectStream([[520, evilPage(file)]])]
      ],
      (offset) => [
        [510, [1, offset(510), 0]],
        [500, [1, offset(500), 0]],
        [PAGE, [2, 500, 0]]
      ]
    )
  ),
  onStreams('the content stream led elsewhere by the stream of entries alone', (file) => {
    const doc = open(file);
    const other = doc.locate(13)?.start ?? 0;
    return appendStream(file, [], () => [[CONTENT, [1, other, 0]]]);
  }),
  onStreams('a number that stands twice in one list', (file) =>
    appendStream(file, [[510, evilStream]], (offset) => [
      [CONTENT, [1, open(file).locate(CONTENT)?.start ?? 0, 0]],
      [CONTENT, [1, offset(510), 0]]
    ])
  )
];

/** A table that stays honest, and /XRefStm beside it. */
function hybrid(
  file: Uint8Array,
  table: string,
  bodies: readonly (readonly [number, Exclude<Body, string>])[],
  entries: (
    offset: (num: number) => number
  ) => readonly (readonly [number, readonly [number, number, number]])[]
): Uint8Array {
  let whole = file;
  const offsets = new Map<number, number>();
  for (const [num, body] of bodies) {
    offsets.set(num, whole.length);
    whole = concat(whole, streamText(num, body));
  }
  const at = whole.length;
  const all = entries((num) => offsets.get(num) ?? 0);
  whole = concat(
    whole,
    streamText(SIZE, {
      dict: `/Type /XRef /W [1 4 2] /Index [${all.map(([num]) => `${num} 1`).join(' ')}] /Size ${SIZE + 1} /Root 1 0 R`,
      data: rows(all.map(([, row]) => row))
    })
  );
  const trailer = new PdfDict(
    new Map([...open(file).trailer.map].filter(([key]) => ['Root', 'Info', 'ID', 'Size'].includes(key)))
  );
  trailer.set('Prev', lastXref(file)).set('XRefStm', at);
  const text = `xref\n0 1\n0000000000 65535 f \n${table}${lineAt(SIZE, at)}trailer\n${written(trailer)}\nstartxref\n${whole.length}\n%%EOF\n`;
  return concat(whole, latin1(text));
}

const hidden = (name: string, make: (file: Uint8Array) => Uint8Array): Attack =>
  onTable('hybrid xref hiding', name, make);

export const hybridHiding: readonly Attack[] = [
  hidden('the content only in the hidden stream', (file) =>
    hybrid(file, '', [[CONTENT, evilStream]], (offset) => [[CONTENT, [1, offset(CONTENT), 0]]])
  ),
  hidden('freed in the table, there in the stream', (file) =>
    hybrid(file, `${CONTENT} 1\n0000000000 00001 f \n`, [[CONTENT, evilStream]], (offset) => [
      [CONTENT, [1, offset(CONTENT), 0]]
    ])
  ),
  hidden('the table honest, the stream another', (file) =>
    hybrid(
      file,
      lineAt(CONTENT, open(file).locate(CONTENT)?.start ?? 0),
      [[CONTENT, evilStream]],
      (offset) => [[CONTENT, [1, offset(CONTENT), 0]]]
    )
  ),
  hidden('the page tree in an object stream that only some readers see', (file) =>
    hybrid(
      file,
      '',
      [
        [
          510,
          objectStream([
            [PAGES, edited(file, PAGES, (d) => d.set('Kids', [new PdfRef(12, 0)]).set('Count', 1))]
          ])
        ]
      ],
      (offset) => [
        [510, [1, offset(510), 0]],
        [PAGES, [2, 510, 0]]
      ]
    )
  ),
  hidden('the font in the hidden stream', (file) =>
    hybrid(
      file,
      '',
      [[510, objectStream([[FONT, '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>']])]],
      (offset) => [
        [510, [1, offset(510), 0]],
        [FONT, [2, 510, 0]]
      ]
    )
  )
];

const looping = (name: string, make: (file: Uint8Array) => Uint8Array): Attack =>
  onTable('loops', name, make);

export const loops: readonly Attack[] = [
  looping('the page tree contains itself', (file) =>
    append(file, {
      [PAGES]: edited(file, PAGES, (d) => d.set('Kids', [new PdfRef(PAGES, 0), new PdfRef(PAGE, 0)]))
    })
  ),
  looping('a page is its own child', (file) =>
    append(file, { [PAGE]: edited(file, PAGE, (d) => d.set('Kids', [new PdfRef(PAGE, 0)])) })
  ),
  looping('the table is its own /Prev', (file) => {
    const { bytes, xref } = evilTail(file, file.length + 90);
    return concat(bytes, latin1(`startxref\n${xref}\n%%EOF\n`));
  }),
  looping('references that lead in a circle', (file) =>
    append(file, { [CONTENT]: '500 0 R', 500: '501 0 R', 501: `${CONTENT} 0 R` })
  ),
  looping('a field that is its own kid', (file) => {
    const doc = open(file);
    const form = doc.catalog.get('AcroForm');
    const num = form instanceof PdfRef ? form.num : 0;
    const fields = (doc.array(doc.dict(form ?? null)?.get('Fields')) ?? [])[0];
    const field = fields instanceof PdfRef ? fields.num : 0;
    return append(file, {
      [num]: edited(file, num, (d) => d.set('Fields', [new PdfRef(field, 0), new PdfRef(field, 0)])),
      [field]: edited(file, field, (d) => d.set('Kids', [new PdfRef(field, 0)]))
    });
  }),
  looping('a content that needs itself for its length', (file) => {
    const body = `${CONTENT} 0 obj\n<< /Length ${CONTENT} 0 R >>\nstream\nBT ET\nendstream\nendobj\n`;
    return tableOnly(file, lineAt(CONTENT, file.length), {}, latin1(body));
  })
];
