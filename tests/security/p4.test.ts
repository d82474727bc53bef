import { describe, expect, test } from 'vitest';
import { columnLayout } from '../../src/cli/column.ts';
import type { ByteSource } from '../../src/lib/bytes/source.ts';
import { Budget } from '../../src/lib/pdf/budget.ts';
import { openPdf, type PdfDocument } from '../../src/lib/pdf/document.ts';
import { PdfError } from '../../src/lib/pdf/error.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { defaultLimits } from '../../src/lib/pdf/limits.ts';
import { PdfStream } from '../../src/lib/pdf/objects.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { hostile, type Depth, type Hostile } from '../vectors/hostile.ts';

const MB = 1024 * 1024;

const touch: Readonly<Record<Depth, (doc: PdfDocument) => void>> = {
  open: () => undefined,
  objects: (doc) => {
    for (const num of doc.numbers()) {
      const value = doc.get(num);
      if (value instanceof PdfStream) doc.inflate(value);
    }
  },
  pages: (doc) => void doc.pages(),
  content: (doc) => {
    const content = doc.resolve(doc.page(1).dict.get('Contents'));
    if (content instanceof PdfStream) doc.inflate(content);
  },
  form: (doc) => void formFields(doc)
};

function errorOf(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof PdfError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

/** The number that stands in the error. */
function numberOf({ limit, limits }: Hostile, { size }: ByteSource): string {
  const all = { ...defaultLimits, ...limits };
  switch (limit) {
    case null:
      return '';
    case 'memory':
      return `more than ${all.memoryFactor * size + all.memoryBase}`;
    case 'read':
      return `more than ${all.readFactor * size + all.readBase}`;
    case 'ratio':
      return 'more than ';
    default:
      return `more than ${all[limit]}`;
  }
}

describe.each(hostile)('P4: $name', (one) => {
  test('ends with its code and its number, in bounded memory, wherever it is met', async () => {
    const source = one.make();
    const limits = { ...defaultLimits, ...one.limits };
    const budget = new Budget(limits, source.size);
    const bound = 8 * source.size + 64 * MB;
    const options = { limits, budget };
    const found = errorOf(() => touch[one.depth](openPdf(source, options)));
    expect(found.code).toBe(one.code);
    expect(found.message).toContain(numberOf(one, source));
    expect(budget.peak).toBeLessThanOrEqual(bound);

    const frozen = errorOf(() => {
      const doc = openPdf(source, options);
      freeze(doc, columnLayout(doc, 2));
    });
    if (one.doors.includes('freeze')) expect(frozen.code).toBe(one.code);
    expect(budget.peak).toBeLessThanOrEqual(bound);

    // What is too large for a buffer is hashed piece by piece; here no bytes are needed to be refused.
    if (source.size > 100 * MB) return;
    const report = await verifyFile(one.name, source, webProvider, { now: 0, ...options });
    expect(report.error?.code ?? 'none').not.toBe('internal');
    if (one.doors.includes('verify')) expect(report.error?.code).toBe(one.code);
    expect(budget.peak).toBeLessThanOrEqual(bound);
  }, 20_000);
});

test('P1: every limit of the reader has its bomb', () => {
  const met = new Set(hostile.map(({ limit }) => limit));
  const together = ['ratioFrom', 'memoryFactor', 'memoryBase', 'readFactor', 'readBase'];
  // Met by who signs or verifies, not by who reads: p1.test.ts, p1-certificates.test.ts.
  const elsewhere = ['certificates', 'contents', 'signatureChecks', 'imagePixels'];
  const skipped = new Set([...together, ...elsewhere]);
  for (const limit of Object.keys(defaultLimits)) {
    if (!skipped.has(limit)) expect([...met], limit).toContain(limit);
  }
});
