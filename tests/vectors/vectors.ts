// The kinds of PDF that every reader, signer and judge of this project is tried on.
import { contract } from './draft.ts';
import { writeEncrypted } from './encrypt.ts';
import { writeHybrid, writeLinearized, writeStream, writeTable } from './write.ts';

export interface Vector {
  readonly name: string;
  readonly pages: number;
  make(): Uint8Array;
}

export const vectors: readonly Vector[] = [
  { name: 'xref-table', pages: 3, make: () => writeTable(contract({ pages: 3 })) },
  { name: 'xref-stream', pages: 2, make: () => writeStream(contract({ pages: 2 })) },
  {
    name: 'object-streams',
    pages: 2,
    make: () => writeStream(contract({ pages: 2 }), { objectStreams: true })
  },
  { name: 'hybrid', pages: 1, make: () => writeHybrid(contract(), [3, 4]) },
  { name: 'linearized', pages: 2, make: () => writeLinearized(contract({ pages: 2 }), [10, 11]) },
  { name: 'encrypted-aes256', pages: 1, make: () => writeEncrypted(contract(), 'aes256') },
  { name: 'rotated', pages: 1, make: () => writeTable(contract({ page: '/Rotate 90' })) },
  { name: 'existing-form', pages: 1, make: () => writeTable(contract({ form: true })) },
  { name: 'pdf-2', pages: 1, make: () => writeStream(contract(), { version: '2.0', objectStreams: true }) }
];

/** Further shapes that are cheap to try. */
export const more: readonly Vector[] = [
  { name: 'encrypted-aes256-streams', pages: 1, make: () => writeEncrypted(contract(), 'aes256', 'stream') },
  { name: 'encrypted-aes128', pages: 1, make: () => writeEncrypted(contract(), 'aes128') },
  { name: 'encrypted-rc4', pages: 1, make: () => writeEncrypted(contract(), 'rc4') },
  { name: 'rotated-180', pages: 1, make: () => writeTable(contract({ page: '/Rotate 180' })) },
  { name: 'rotated-270', pages: 1, make: () => writeTable(contract({ page: '/Rotate -90' })) },
  { name: 'cropped', pages: 1, make: () => writeTable(contract({ page: '/CropBox [40 100 560 800]' })) },
  {
    name: 'cropped-rotated-unit',
    pages: 1,
    make: () => writeTable(contract({ page: '/CropBox [40 100 560 800] /Rotate 270 /UserUnit 2' }))
  },
  { name: 'many-pages', pages: 40, make: () => writeTable(contract({ pages: 40 })) },
  { name: 'scan', pages: 1, make: () => writeTable(contract({ scan: 1_000_000 })) }
];

/** The bytes of a vector by name. */
export function vector(name: string): Uint8Array {
  const found = [...vectors, ...more].find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`no vector is called ${name}`);
  return found.make();
}
