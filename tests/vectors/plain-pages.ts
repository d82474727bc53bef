// PDFs for tests that run in a browser: no node module, plain cross-reference table, Helvetica not embedded.

export interface PlainPage {
  /** `[0 0 595 842]` when absent. */
  readonly box?: string;
  /** Further entries of the page: `/Rotate 90`. */
  readonly entries?: string;
  /** Content stream. */
  readonly content?: string;
}

/** A4 pages with the words in their upper left corner. */
export function wordsAt(text: string, x = 72, y = 760): string {
  return `BT /F1 12 Tf ${x} ${y} Td (${text}) Tj ET`;
}

/** `extra`: bodies of further objects; the first gets number `4 + 2 × pages`. */
export function plainPages(
  pages: readonly PlainPage[],
  extra: readonly string[] = [],
  catalog = ''
): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const first = 4;
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(' ');
  objects.push(`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`);
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const [index, page] of pages.entries()) {
    const content = page.content ?? '';
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox ${page.box ?? '[0 0 595 842]'} ${page.entries ?? ''} ` +
        `/Resources << /Font << /F1 3 0 R >> >> /Contents ${first + 2 * index + 1} 0 R >>`
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  objects.push(...extra);
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const size = objects.length + 1;
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${size}\n0000000000 65535 f \n${lines}`.concat(
    `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  );
  return new TextEncoder().encode(file);
}
