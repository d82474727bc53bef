// Files whose size is the point: many objects, many pages. Built as bytes, since a map of 200,000 bodies is slow.
import { deflateSync } from 'node:zlib';

// `latin1` of draft.ts goes character by character, which takes seconds here.
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const HEAD = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
const ID = '[<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]';

/** Catalog, a page tree of two levels, one page with its content; 1 to 6. */
const base: readonly string[] = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
  '<< /Type /Page /Parent 3 0 R /Contents 5 0 R /Resources << /Font << /F1 6 0 R >> >> >>',
  '<< /Length 41 >>\nstream\nBT /F1 11 Tf 260 760 Td (Many things) Tj ET\nendstream',
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
];

/** An object that nothing of a page refers to, of the size usual in the field. */
const filler = (number: number): string =>
  `<< /Type /Thing /Number ${number} /Next ${number + 1} 0 R /Box [0 0 ${number % 600} 800] /Name (thing ${number}) >>`;

function table(bodies: readonly string[], root = 1): Uint8Array {
  const pieces = [HEAD];
  let size = HEAD.length;
  const lines = ['0000000000 65535 f \n'];
  bodies.forEach((body, index) => {
    const piece = `${index + 1} 0 obj\n${body}\nendobj\n`;
    lines.push(`${String(size).padStart(10, '0')} 00000 n \n`);
    pieces.push(piece);
    size += piece.length;
  });
  pieces.push(
    `xref\n0 ${lines.length}\n`,
    lines.join(''),
    `trailer\n<< /Size ${lines.length} /Root ${root} 0 R /ID ${ID} >>\nstartxref\n${size}\n%%EOF\n`
  );
  return latin1(pieces.join(''));
}

/** `count` objects behind one table. */
export function manyObjects(count: number): Uint8Array {
  return table([
    ...base,
    ...Array.from({ length: count - base.length }, (_, i) => filler(base.length + i + 1))
  ]);
}

/** A flat tree of `count` pages, each with a content stream of its own. */
export function manyPages(count: number): Uint8Array {
  const kids = Array.from({ length: count }, (_, i) => `${4 + 2 * i} 0 R`).join(' ');
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${count} /MediaBox [0 0 595 842] >>`,
    base[5] ?? ''
  ];
  for (let i = 0; i < count; i += 1) {
    const content = `BT /F1 11 Tf 260 760 Td (Page ${i + 1}) Tj ET`;
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`
    );
  }
  return table(bodies);
}

/**
 * `count` objects behind one cross-reference stream, the fillers in object streams of `each`; the page's own
 * objects stand outside of them.
 */
export function manyPacked(count: number, each = 200): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const add = (piece: Uint8Array): void => {
    pieces.push(piece);
    size += piece.length;
  };
  add(latin1(HEAD));
  const rows: [number, number, number][] = [[0, 0, 65535]];
  const object = (number: number, body: Uint8Array): void => {
    rows[number] = [1, size, 0];
    add(latin1(`${number} 0 obj\n`));
    add(body);
    add(latin1('\nendobj\n'));
  };
  const stream = (dict: string, data: Uint8Array): Uint8Array =>
    Buffer.concat([latin1(`<< ${dict} /Length ${data.length} >>\nstream\n`), data, latin1('\nendstream')]);
  base.forEach((body, index) => object(index + 1, latin1(body)));
  let holder = count + 1;
  for (let first = base.length + 1; first <= count; first += each) {
    const numbers = Array.from({ length: Math.min(each, count - first + 1) }, (_, i) => first + i);
    const bodies = numbers.map(filler);
    let at = 0;
    const heads = bodies.map((body, i) => {
      const head = `${numbers[i]} ${at}`;
      at += body.length + 1;
      return head;
    });
    const head = `${heads.join(' ')}\n`;
    numbers.forEach((number, i) => (rows[number] = [2, holder, i]));
    const dict = `/Type /ObjStm /N ${numbers.length} /First ${head.length} /Filter /FlateDecode`;
    object(holder, stream(dict, deflateSync(latin1(head + bodies.map((body) => `${body}\n`).join('')))));
    holder += 1;
  }
  const start = size;
  rows[holder] = [1, start, 0];
  const data = Buffer.alloc(rows.length * 7);
  rows.forEach(([kind, a, b], i) => {
    data.writeUInt8(kind, i * 7);
    data.writeUInt32BE(a, i * 7 + 1);
    data.writeUInt16BE(b, i * 7 + 5);
  });
  const dict = `/Type /XRef /W [1 4 2] /Size ${holder + 1} /Root 1 0 R /ID ${ID} /Filter /FlateDecode`;
  add(latin1(`${holder} 0 obj\n`));
  add(stream(dict, deflateSync(data)));
  add(latin1(`\nendobj\nstartxref\n${start}\n%%EOF\n`));
  return new Uint8Array(Buffer.concat(pieces));
}
