// security.md O3: PocketBase only by a sum in the pin file; another sum is refused.
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { acceptArchive, getPocketBase } from '../../scripts/pocketbase.js';
import { unzipOne } from '../../scripts/zip.js';

const archive = Buffer.from('the archive');
const sum = createHash('sha256').update(archive).digest('hex');
const other = '0'.repeat(64);
const accept = (context: object): string[] => {
  const said: string[] = [];
  acceptArchive('pb.zip', archive, { sums: {}, say: (line: string) => said.push(line), ...context });
  return said;
};

test('a pinned sum is enough, wherever the workspace is', () => {
  expect(accept({ sums: { 'pb.zip': sum }, appUrl: 'https://sign.example' })).toEqual([]);
});

test('another sum than the pinned one is refused, even if the page confirms it', () => {
  expect(() => accept({ sums: { 'pb.zip': other }, published: sum })).toThrow('another checksum');
});

test('a damaged archive is refused', () => {
  expect(() => accept({ published: other })).toThrow('published with it');
});

test.each([undefined, 'http://localhost:8090', 'http://127.0.0.1'])(
  'unpinned: with a note at %s',
  (appUrl) => {
    expect(accept({ published: sum, appUrl })).toHaveLength(1);
  }
);

test('unpinned, for the world: refused, with the sum to check', () => {
  expect(() => accept({ published: sum, appUrl: 'https://sign.example' })).toThrow(sum);
});

test('a wrong PB_FROM and a PB_BIN that is not there are told', async () => {
  await expect(getPocketBase({ env: { PB_FROM: 'magic' }, say: () => undefined })).rejects.toThrow(
    'release, pip or go'
  );
  await expect(getPocketBase({ env: { PB_BIN: '/nowhere/pb' }, say: () => undefined })).rejects.toThrow(
    'does not exist'
  );
});

/** A zip of stored and deflated files (APPNOTE 4.3). */
function zip(files: readonly [name: string, content: string, packed: boolean][]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content, packed] of files) {
    const bytes = packed ? deflateRawSync(content) : Buffer.from(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(packed ? 8 : 0, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), bytes);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

test('the program is taken out of an archive, stored or deflated', () => {
  const bytes = zip([
    ['LICENSE.md', 'MIT', false],
    ['x/scripts/pocketbase', 'program '.repeat(50), true]
  ]);
  const taken = unzipOne(bytes, (name: string) => name.endsWith('/pocketbase'));
  expect(taken?.toString()).toBe('program '.repeat(50));
  expect(unzipOne(bytes, () => false)).toBeNull();
  expect(() => unzipOne(Buffer.from('no zip'), () => true)).toThrow('not a zip');
});
