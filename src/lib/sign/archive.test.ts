import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testWorkspace } from '../../../tests/security/workspace-ca.ts';
import { timedContract, type TimedOptions } from '../../../tests/vectors/timed.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { startTimeAuthority, type TimeAuthority } from '../../../tests/world/authority.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { parseTimestamp } from '../cms/timestamp.ts';
import { openPdf } from '../pdf/document.ts';
import { formFields } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfString } from '../pdf/objects.ts';
import { webProvider } from '../pki/provider-web.ts';
import { verifyFile } from '../verify/verify.ts';
import { readDss } from '../verify/dss.ts';
import { appendValidationData, prepareTimestamp } from './archive.ts';

let authority: TimeAuthority;
beforeAll(async () => {
  authority = await startTimeAuthority();
});
afterAll(() => authority.close());

type Name = Parameters<typeof vector>[0];

async function make(options: TimedOptions, name: Name) {
  const workspace = await testWorkspace(Date.now() - 3_600_000);
  const added = new Map<string, number>();
  const file = await timedContract(vector(name), authority, { ...options, workspace, added });
  const roots = [workspace.root.der, authority.root.der];
  const report = await verifyFile('', memorySource(file), webProvider, { now: Date.now(), roots });
  return { file, added, report, workspace };
}

/** Each kind of file is made once. */
const kept = new Map<string, ReturnType<typeof make>>();
function made(options: TimedOptions, name: Name = 'xref-table'): ReturnType<typeof make> {
  const key = JSON.stringify([options, name]);
  const known = kept.get(key) ?? make(options, name);
  kept.set(key, known);
  return known;
}

describe('a document timestamp', () => {
  test('covers the whole file and stands in a field of its own that no page shows', async () => {
    const { file, report } = await made({ followed: true });
    const doc = openPdf(memorySource(file));
    const stamps = formFields(doc).filter(({ name }) => name.startsWith('cs-time-'));
    expect(stamps.map(({ name }) => name)).toEqual(['cs-time-1', 'cs-time-2']);
    for (const { dict, ref } of stamps) {
      expect(dict.get('F')).toBe(132);
      expect(dict.get('Rect')).toEqual([0, 0, 0, 0]);
      expect(JSON.stringify(doc.page(1).dict.get('Annots'))).not.toContain(`"num":${ref.num},`);
    }
    const value = doc.dict(stamps[1]?.value) ?? new PdfDict();
    expect(value.get('Type')).toEqual(new PdfName('DocTimeStamp'));
    const [a = 0, b = 0, c = 0, d = 0] = (doc.array(value.get('ByteRange')) ?? []).map(Number);
    expect([a, c + d]).toEqual([0, file.length]);
    const contents = value.get('Contents');
    const token = parseTimestamp(contents instanceof PdfString ? contents.bytes : new Uint8Array(0));
    const covered = createHash('sha256').update(file.subarray(a, b)).update(file.subarray(c)).digest();
    expect(token.imprint.digest).toEqual(new Uint8Array(covered));
    expect(report.verdict).toBe('changed-as-permitted');
    expect(report.signatures.map(({ kind, integrity }) => [kind, integrity])).toEqual([
      ['certification', 'intact'],
      ['timestamp', 'intact'],
      ['approval', 'intact'],
      ['timestamp', 'intact']
    ]);
    expect(report.revisions.map(({ kind }) => kind).slice(-4)).toEqual([
      'signature',
      'timestamp',
      'signature',
      'timestamp'
    ]);
    expect(report.signatures[0]?.profile).toBe('PAdES-B-T');
  });

  test('has no place in a file whose signature locks every field', async () => {
    const locked = openPdf(memorySource(await signedContract({ locks: '/Action /All' })));
    expect(() => prepareTimestamp(locked, 100)).toThrow(
      expect.objectContaining({ code: 'docmdp-forbids' }) as Error
    );
  });

  test('reads of a long file only what it needs, and holds nothing of it', () => {
    const file = vector('scan');
    let read = 0;
    const source: ByteSource = {
      size: file.length,
      read: (offset, length) => {
        read += Math.min(length, file.length - offset);
        return file.subarray(offset, offset + length);
      }
    };
    const hole = prepareTimestamp(openPdf(source), 2_000);
    expect(read).toBeLessThan(file.length / 2);
    expect(hole.fill(new Uint8Array(2_000)).length).toBeLessThan(6_000);
  });

  test('a token larger than its room is refused', () => {
    const hole = prepareTimestamp(openPdf(memorySource(vector('xref-table'))), 100);
    expect(() => hole.fill(new Uint8Array(101))).toThrow(
      expect.objectContaining({ code: 'structure' }) as Error
    );
  });
});

describe('an archive', () => {
  test.each(['xref-table', 'object-streams', 'encrypted-aes256'] as const)(
    'of %s is PAdES-B-LTA and holds every list and root',
    async (name) => {
      const { file, report, workspace } = await made({ stamped: true, end: 'archive' }, name);
      expect(report.signatures.map(({ profile }) => profile)).toEqual([
        'PAdES-B-LTA',
        'PAdES-B-LTA',
        'RFC3161'
      ]);
      expect(
        report.signatures.slice(0, 2).map(({ trust, timestamp }) => [trust.status, timestamp?.valid])
      ).toEqual([
        ['trusted', true],
        ['trusted', true]
      ]);
      expect(report.revisions.at(-1)?.kind).toBe('archive');
      const data = readDss(openPdf(memorySource(file)));
      const hex = (list: readonly Uint8Array[] | undefined) =>
        (list ?? []).map((one) => Buffer.from(one).toString('hex'));
      expect(data?.crls).toHaveLength(3);
      // The signatures carry their own certificates, and their authorities'; roots stand here alone.
      expect(hex(data?.certificates).sort()).toEqual(hex([workspace.root.der, authority.root.der]).sort());
    }
  );

  test('a second one adds what is new and keeps what is there', async () => {
    const { file } = await made({ stamped: true, end: 'archive' });
    const doc = openPdf(memorySource(file));
    const before = readDss(doc);
    const certificates = [...(before?.certificates ?? []), Uint8Array.of(1, 2, 3)];
    const again = concat(file, appendValidationData(doc, { certificates, crls: [], ocsps: [] }));
    const after = readDss(openPdf(memorySource(again)));
    expect(after?.certificates).toHaveLength((before?.certificates.length ?? 0) + 1);
    expect(after?.crls).toEqual(before?.crls);
  });
});

// performance.md, G4.
describe('what time costs', () => {
  test('a document timestamp at most 3.9 KB, validation data at most 3.6 KB, a stamped signature 3.3 KB more', async () => {
    const plain = (await made({ followed: true })).added;
    const data = (await made({ stamped: true, end: 'data' })).added;
    const whole = (await made({ stamped: true, end: 'archive' })).added;
    for (const name of ['A-time', 'B-time']) expect(plain.get(name)).toBeLessThanOrEqual(3_900);
    expect(data.get('data')).toBeLessThanOrEqual(3_600);
    expect(whole.get('archive')).toBeLessThanOrEqual(3_900 + 3_600);
    expect((data.get('B') ?? 0) - (plain.get('B') ?? 0)).toBeLessThanOrEqual(3_300);
  });
});
