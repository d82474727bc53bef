// One bomb, loop or giant for each limit of `security.md` P1 that reading a file can meet (P4).
import { deflateSync } from 'node:zlib';
import { memorySource, type ByteSource } from '../../src/lib/bytes/source.ts';
import type { Limits } from '../../src/lib/pdf/limits.ts';
import { contract, type Body, type Draft } from './draft.ts';
import { writeTable } from './write.ts';

const MB = 1024 * 1024;
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** How far one has to read to meet it. */
export type Depth = 'open' | 'objects' | 'pages' | 'content' | 'form';

export interface Hostile {
  readonly name: string;
  /** Whose number stands in the error; null for a loop, which has none. */
  readonly limit: keyof Limits | 'memory' | 'read' | null;
  readonly code: 'limit' | 'structure' | 'xref' | 'filter';
  readonly depth: Depth;
  /** Where freezing and verifying meet it too: their error has the same code. */
  readonly doors: readonly ('freeze' | 'verify')[];
  /** Smaller numbers where the standard ones make a slow test. */
  readonly limits?: Partial<Limits>;
  make(): ByteSource;
}

const file = (make: () => Uint8Array) => (): ByteSource => memorySource(make());
const zeros = (size: number): Uint8Array => new Uint8Array(deflateSync(new Uint8Array(size), { level: 9 }));
const both = ['freeze', 'verify'] as const;

/** A contract with further objects; the catalog names object 20, so that a walk over everything meets it. */
function withObject(body: Body, more: readonly (readonly [number, Body])[] = []): Draft {
  const draft = contract({ catalog: '/Odd 20 0 R' });
  draft.objects.set(20, body);
  for (const [number, extra] of more) draft.objects.set(number, extra);
  return draft;
}

/** A contract whose page content is this stream. */
function withContent(dict: string, data: Uint8Array): Draft {
  const draft = contract();
  draft.objects.set(11, { dict, data });
  return draft;
}

/** Text with the table of a small contract replaced. */
function withTable(make: (offsets: readonly string[]) => string, trailer = ''): Uint8Array {
  const text = Buffer.from(writeTable(contract())).toString('latin1');
  const at = text.lastIndexOf('xref\n0 ');
  const lines = /xref\n0 \d+\n((?:.{20})*?)trailer/s.exec(text.slice(at))?.[1]?.match(/.{20}/gs) ?? [];
  const head = text.slice(0, at);
  return latin1(
    `${head}xref\n${make(lines)}trailer\n<< /Size ${lines.length} /Root 1 0 R ${trailer} >>\nstartxref\n${head.length}\n%%EOF\n`
  );
}

/** An xref stream with this /Index and data, behind the objects of a contract. */
function withXrefStream(entries: string, data: Uint8Array): Uint8Array {
  const text = Buffer.from(writeTable(contract())).toString('latin1');
  const head = text.slice(0, text.lastIndexOf('xref\n0 '));
  const dict = `<< /Type /XRef /Size 100 /Root 1 0 R ${entries} /Filter /FlateDecode /Length ${data.length} >>`;
  return new Uint8Array(
    Buffer.concat([
      latin1(`${head}90 0 obj\n${dict}\nstream\n`),
      data,
      latin1(`\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`)
    ])
  );
}

/** Revisions that change nothing, each a table of no lines. */
function revisions(count: number): Uint8Array {
  const pieces = [Buffer.from(writeTable(contract())).toString('latin1')];
  let size = pieces[0]?.length ?? 0;
  let previous = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pieces[0] ?? '')?.[1]);
  for (let i = 0; i < count; i += 1) {
    const piece = `xref\n0 0\ntrailer\n<</Size 12/Root 1 0 R/Prev ${previous}>>\nstartxref\n${size}\n%%EOF\n`;
    previous = size;
    size += piece.length;
    pieces.push(piece);
  }
  return latin1(pieces.join(''));
}

function pageTree(kids: (number: number) => string, count: number, first = 20): Draft {
  const draft = contract();
  draft.objects.set(2, `<< /Type /Pages /Kids [${first} 0 R] /Count 1 /MediaBox [0 0 595 842] >>`);
  for (let i = 0; i < count; i += 1) draft.objects.set(first + i, kids(first + i));
  return draft;
}

/** LZW codes of one byte value: each is one byte longer than the one before, until the table is cleared. */
function lzwZeros(rounds: number): Uint8Array {
  const out: number[] = [];
  let held = 0;
  let count = 0;
  const code = (value: number, width: number): void => {
    held = (held << width) | value;
    for (count += width; count >= 8; count -= 8) out.push((held >> (count - 8)) & 255);
    held &= (1 << count) - 1;
  };
  code(256, 9);
  for (let round = 0; round < rounds; round += 1) {
    code(0, 9);
    for (let next = 258; next < 4095; next += 1)
      code(next, next + 1 < 512 ? 9 : next + 1 < 1024 ? 10 : next + 1 < 2048 ? 11 : 12);
    code(256, 12);
  }
  return Uint8Array.from(out);
}

const objectStream = (count: number | string, first: number, extra = '') =>
  `/Type /ObjStm /N ${count} /First ${first} ${extra} /Filter /FlateDecode`;

/** A file whose catalog's /Odd is member 0 of object stream 30, which is this body. */
function withMember(body: Body, more: readonly (readonly [number, Body])[] = []): Uint8Array {
  const draft = withObject('null', [[30, body], ...more]);
  draft.objects.delete(20);
  const text = Buffer.from(writeTable(draft)).toString('latin1');
  const previous = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const row = Buffer.from([2, 0, 0, 0, 30, 0, 0]);
  const dict = `<< /Type /XRef /Size 200 /Root 1 0 R /W [1 4 2] /Index [20 1] /Prev ${previous} /Length 7 >>`;
  return latin1(
    `${text}150 0 obj\n${dict}\nstream\n${row.toString('latin1')}\nendstream\nendobj\nstartxref\n${text.length}\n%%EOF\n`
  );
}

const members = (text: string, head: string): Uint8Array => new Uint8Array(deflateSync(latin1(head + text)));

function signatureFields(count: number): Draft {
  const draft = contract({ catalog: '/AcroForm 20 0 R' });
  const fields = Array.from({ length: count }, (_, i) => 100 + i);
  draft.objects.set(20, `<< /Fields [${fields.map((n) => `${n} 0 R`).join(' ')}] /SigFlags 3 >>`);
  for (const n of fields)
    draft.objects.set(n, `<< /Type /Annot /Subtype /Widget /FT /Sig /T (S${n}) /Rect [0 0 0 0] /P 10 0 R >>`);
  return draft;
}

/** A file far too large, of which only what is read exists. */
function giant(size: number): ByteSource {
  return {
    size,
    read: (offset, length) => new Uint8Array(Math.max(0, Math.min(size, offset + length) - offset))
  };
}

const chain = (from: number, count: number, last: string): (readonly [number, Body])[] =>
  Array.from({ length: count }, (_, i) => [
    from + i,
    {
      dict: objectStream(1, 4, `/Extends ${i + 1 === count ? last : `${from + i + 1} 0 R`}`),
      data: members('null', '9 0 ')
    }
  ]);

export const hostile: readonly Hostile[] = [
  {
    name: 'a file of more than 100 MB',
    limit: 'fileSize',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: () => giant(100 * MB + 1)
  },
  {
    name: 'a table that promises more objects than are allowed',
    limit: 'objects',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => withTable((lines) => `0 2000001\n${lines.join('')}`))
  },
  {
    name: 'an xref stream of more objects than are allowed',
    limit: 'objects',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => withXrefStream('/W [1 0 0] /Index [0 2000001]', zeros(2_000_001)))
  },
  {
    name: 'more revisions than are allowed',
    limit: 'revisions',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => revisions(1_010))
  },
  {
    name: 'brackets inside each other',
    limit: 'nesting',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => writeTable(contract({ catalog: `/Odd ${'['.repeat(200)}${']'.repeat(200)}` })))
  },
  {
    name: 'a page tree without an end',
    limit: 'pageTreeDepth',
    code: 'limit',
    depth: 'pages',
    doors: ['freeze'],
    make: file(() => writeTable(pageTree((n) => `<< /Type /Pages /Kids [${n + 1} 0 R] /Count 1 >>`, 70)))
  },
  {
    name: 'more pages than are allowed',
    limit: 'pages',
    code: 'limit',
    depth: 'pages',
    doors: [],
    make: file(() => {
      const draft = contract();
      draft.objects.set(
        2,
        `<< /Type /Pages /Kids [${'10 0 R '.repeat(20_001)}] /Count 20001 /MediaBox [0 0 595 842] >>`
      );
      return writeTable(draft);
    })
  },
  {
    name: 'a page tree that leads to itself',
    limit: null,
    code: 'structure',
    depth: 'pages',
    doors: ['freeze'],
    make: file(() => writeTable(pageTree((n) => `<< /Type /Pages /Kids [${n} 0 R] /Count 1 >>`, 1)))
  },
  {
    name: 'an object stream that promises more objects than are allowed',
    limit: 'objectStreamCount',
    code: 'limit',
    depth: 'objects',
    doors: [],
    make: file(() => withMember({ dict: objectStream(100_001, 5), data: members('null', '20 0 ') }))
  },
  {
    name: 'object streams that extend each other without an end',
    limit: 'objectStreamChain',
    code: 'limit',
    depth: 'objects',
    doors: [],
    make: file(() =>
      withMember(
        { dict: objectStream(1, 4, '/Extends 40 0 R'), data: members('null', '9 0 ') },
        chain(40, 102, '40 0 R')
      )
    )
  },
  {
    name: 'more filters than are allowed',
    limit: 'filters',
    code: 'limit',
    depth: 'content',
    doors: [],
    make: file(() => writeTable(withContent(`/Filter [${'/ASCIIHexDecode '.repeat(5)}]`, latin1('41>'))))
  },
  {
    name: 'an xref stream that inflates to too much',
    limit: 'inflatedStructure',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => withXrefStream('/W [1 4 2]', manyZeros(64 * MB + 1)))
  },
  {
    name: 'an object stream that inflates to too much',
    limit: 'inflatedStructure',
    code: 'limit',
    depth: 'objects',
    doors: [],
    make: file(() => withMember({ dict: objectStream(1, 5), data: manyZeros(64 * MB + 1) }))
  },
  {
    name: 'a page that inflates to too much',
    limit: 'inflatedStream',
    code: 'limit',
    depth: 'content',
    doors: [],
    limits: { inflatedStream: 40 * MB },
    // Two kinds of bytes: one alone would break the ratio first.
    make: file(() => writeTable(withContent('/Filter /FlateDecode', manyZeros(41 * MB))))
  },
  {
    name: 'many streams that inflate to too much together',
    limit: 'inflatedTotal',
    code: 'limit',
    depth: 'objects',
    doors: [],
    limits: { inflatedTotal: 40 * MB },
    make: file(() => {
      const bomb: Body = { dict: '/Filter /FlateDecode', data: manyZeros(9 * MB) };
      return writeTable(
        withObject(
          bomb,
          Array.from({ length: 10 }, (_, i) => [21 + i, bomb] as const)
        )
      );
    })
  },
  {
    name: 'a bomb inside a bomb',
    limit: 'ratio',
    code: 'limit',
    depth: 'content',
    doors: [],
    make: file(() => {
      const once = zeros(40 * MB);
      return writeTable(
        withContent('/Filter [/FlateDecode /FlateDecode]', new Uint8Array(deflateSync(once, { level: 9 })))
      );
    })
  },
  {
    name: 'a bomb of LZW',
    limit: 'ratio',
    code: 'limit',
    depth: 'content',
    doors: [],
    make: file(() => writeTable(withContent('/Filter /LZWDecode', lzwZeros(4))))
  },
  {
    name: 'a bomb of run lengths, packed',
    limit: 'inflatedStream',
    code: 'limit',
    depth: 'content',
    doors: [],
    limits: { inflatedStream: 20 * MB },
    make: file(() => {
      const runs = new Uint8Array(
        deflateSync(Uint8Array.from({ length: MB / 2 }, (_, i) => (i % 2 === 0 ? 129 : 0)))
      );
      return writeTable(withContent('/Filter [/FlateDecode /RunLengthDecode]', runs));
    })
  },
  {
    name: 'a string of more than is allowed',
    limit: 'stringLength',
    code: 'limit',
    depth: 'objects',
    doors: [],
    limits: { stringLength: MB },
    make: file(() => writeTable(withObject(`(${'a'.repeat(MB + 1)})`)))
  },
  {
    name: 'a hexadecimal string of more than is allowed',
    limit: 'stringLength',
    code: 'limit',
    depth: 'objects',
    doors: [],
    limits: { stringLength: MB },
    make: file(() => writeTable(withObject(`<${'00'.repeat(MB + 1)}>`)))
  },
  {
    name: 'a name without an end',
    limit: 'nameLength',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(() => writeTable(contract({ catalog: `/Odd /${'a'.repeat(5_000)}` })))
  },
  {
    name: 'more signature fields than are allowed',
    limit: 'signatureFields',
    code: 'limit',
    depth: 'form',
    doors: [...both],
    make: file(() => writeTable(signatureFields(501)))
  },
  {
    name: 'an array of empty strings that needs more memory than is allowed',
    limit: 'memory',
    code: 'limit',
    depth: 'objects',
    doors: [],
    limits: { memoryBase: 8 * MB },
    make: file(() => writeTable(withObject(`[${'()'.repeat(MB / 4)}]`)))
  },
  {
    name: 'the same in an object stream',
    limit: 'memory',
    code: 'limit',
    depth: 'objects',
    doors: [],
    limits: { memoryBase: 8 * MB },
    make: file(() =>
      withMember({ dict: objectStream(1, 5), data: members(`[${'()'.repeat(MB / 4)}]`, '20 0 ') })
    )
  },
  {
    name: 'xref lines in no columns that need more memory than is allowed',
    limit: 'memory',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    limits: { memoryBase: 8 * MB },
    make: file(() =>
      withTable((lines) => `0 200000\n${lines.join('')}${'9 0 n '.repeat(200_000 - lines.length)}`)
    )
  },
  {
    name: 'sections of many objects, again and again',
    limit: 'memory',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    make: file(manySections)
  },
  {
    name: 'strings without an end, one inside the other',
    limit: 'read',
    code: 'limit',
    depth: 'open',
    doors: [...both],
    limits: { readBase: 8 * MB },
    make: file(() =>
      latin1(`%PDF-1.7\n${'1 0 obj (\n'.replace('1', '$').repeat(40_000)}`.replace(/\$/g, counter()))
    )
  },
  {
    name: 'references that lead to each other',
    limit: null,
    code: 'structure',
    depth: 'content',
    doors: [],
    make: file(() => {
      const draft = contract();
      draft.objects.set(11, '20 0 R');
      draft.objects.set(20, '11 0 R');
      return writeTable(draft);
    })
  }
];

/** Zeros with something else now and then, so that it is no more than 900:1. */
function manyZeros(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 4_000) bytes[i] = 1 + ((i * 7) % 250);
  return new Uint8Array(deflateSync(bytes, { level: 9 }));
}

/** Sections of a million rows that cost a few hundred bytes each. */
function manySections(): Uint8Array {
  const text = Buffer.from(writeTable(contract())).toString('latin1');
  const pieces: Uint8Array[] = [latin1(text)];
  let size = text.length;
  let previous = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const data = zeros(8 * MB);
  for (let i = 0; i < 14; i += 1) {
    const dict = `<< /Type /XRef /Size 12 /Root 1 0 R /W [1 2 1] /Index [100 1900000] /Prev ${previous} /Filter /FlateDecode /Length ${data.length} >>`;
    const piece = Buffer.concat([
      latin1(`${200 + i} 0 obj\n${dict}\nstream\n`),
      data,
      latin1(`\nendstream\nendobj\nstartxref\n${size}\n%%EOF\n`)
    ]);
    previous = size;
    size += piece.length;
    pieces.push(new Uint8Array(piece));
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** 1, 2, 3, … for a replacement of every `$`. */
function counter(): () => string {
  let n = 0;
  return () => String((n += 1));
}
