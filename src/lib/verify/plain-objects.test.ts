import { expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { PdfName } from '../pdf/objects.ts';
import { Appender } from '../pdf/append.ts';
import { concat } from '../bytes/concat.ts';
import { PlainObjects } from './plain-objects.ts';
import { References } from './references.ts';
import { unusedObjects } from './unused.ts';

function counted(bytes: Uint8Array): { source: ByteSource; read: () => number } {
  const whole = memorySource(bytes);
  let total = 0;
  return {
    source: {
      size: whole.size,
      read: (offset, length) => {
        const got = whole.read(offset, length);
        total += got.length;
        return got;
      }
    },
    read: () => total
  };
}

const DRAFT = contract({ pages: 40 });
const HIDING = contract({ pages: 3 });
HIDING.objects.set(900, '<< /Type /Catalog /Pages 901 0 R >>');
HIDING.objects.set(901, '<< /Type /Pages /Kids [] /Count 0 >>');

/** A file with one later revision, read as its first one, and what the pass over all references kept. */
function opened(signed: Uint8Array) {
  const old = openPdf(memorySource(signed));
  const appender = new Appender(old);
  appender.put(old.catalogRef, old.catalog.clone().set('Lang', new PdfName('en')));
  const { source, read } = counted(concat(signed, appender.finish().bytes));
  const doc = openPdf(source);
  const [first] = doc.revisions();
  if (first === undefined) throw new Error('no revision');
  const plain = new PlainObjects();
  new References(doc, doc.of(first), plain);
  return { view: doc.of(first), plain, read };
}

test('what the pass over all references read is not read again to look for what nobody shows', () => {
  const signed = writeTable(DRAFT);
  const cost = (known: 'known' | 'anew'): number => {
    const { view, plain, read } = opened(signed);
    const before = read();
    expect(unusedObjects(view, known === 'known' ? plain : null)).toEqual([]);
    return read() - before;
  };
  expect(cost('anew')).toBeGreaterThan(cost('known') + signed.length / 2);
});

test('it finds the same with and without', () => {
  const { view, plain } = opened(writeTable(HIDING));
  const found = [
    'object 900 is a catalog that nothing shows',
    'object 901 is a page tree that nothing shows'
  ];
  expect(unusedObjects(view, plain)).toEqual(found);
  expect(unusedObjects(view, null)).toEqual(found);
});
