// security.md C7, the verifier's half: one authority, one history.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  LOG_START,
  openingText,
  type LogExport,
  type LogOpening
} from '../../src/lib/domain/certificate-log.ts';
import { judgeLog, type HeldHead } from '../../src/lib/verify/certificate-log.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

interface Entry {
  readonly leaf: string;
  readonly head: string;
  readonly prev: string;
}

/** A log as the server keeps it, of certificates with these serials. */
function logOf(...serials: string[]): Entry[] {
  let prev = LOG_START;
  return serials.map((serial, seq) => {
    const opening: LogOpening = {
      seq,
      serial,
      spki: sha256(serial),
      subject: `Holder of ${serial}`,
      kind: 'email',
      at: '2026-11-24T12:00:00.000Z',
      salt: '00'.repeat(16)
    };
    const leaf = sha256(openingText(opening));
    const head = sha256(Buffer.from(prev + leaf, 'hex'));
    const entry = { leaf, head, prev };
    prev = head;
    return entry;
  });
}

const held = (file: string, log: Entry[], seq: number): HeldHead => {
  const entry = log[seq];
  if (entry === undefined) throw new Error('no such entry');
  return { file, seq, ...entry };
};
const exported = (log: Entry[]): LogExport => ({
  v: 1,
  authority: 'a'.repeat(64),
  entries: log.map(({ leaf, head }) => ({ leaf, head })),
  restarts: [],
  stamps: []
});
/** A log that went on from a backup which held its first two entries. */
function restoredLog(honest: Entry[]): LogExport {
  const restart = { seq: 2, epoch: '1790000000000-0011223344556677', at: '2026-11-25T08:00:00.000Z' };
  const leaf = sha256(`{"at":"${restart.at}","restored":"${restart.epoch}","seq":2}`);
  const kept = honest.slice(0, 2);
  const head = sha256(Buffer.from((kept[1]?.head ?? '') + leaf, 'hex'));
  return { ...exported(kept), entries: [...exported(kept).entries, { leaf, head }], restarts: [restart] };
}

describe('C7: the certificate log', () => {
  const honest = logOf('a1', 'b2', 'c3', 'd4');
  const forked = logOf('a1', 'b2', 'e5', 'd4');

  test('an honest log passes, alone and with the files', () => {
    expect(judgeLog([], exported(honest))).toEqual({ kind: 'one-history', files: 0 });
    const files = [held('one.pdf', honest, 1), held('two.pdf', honest, 3), held('two.pdf', honest, 2)];
    expect(judgeLog(files, exported(honest))).toEqual({ kind: 'one-history', files: 2 });
    expect(judgeLog(files, null)).toEqual({ kind: 'one-history', files: 2 });
  });

  test('a fork is found from two files alone, at one place and next to each other', () => {
    const same = judgeLog([held('one.pdf', honest, 2), held('two.pdf', forked, 2)], null);
    expect(same).toEqual({ kind: 'forked', seq: 2, files: ['one.pdf', 'two.pdf'] });
    const next = judgeLog([held('one.pdf', honest, 2), held('two.pdf', forked, 3)], null);
    expect(next).toEqual({ kind: 'forked', seq: 2, files: ['one.pdf', 'two.pdf'] });
  });

  test('a file from another history than the log that is shown now', () => {
    expect(judgeLog([held('one.pdf', forked, 3)], exported(honest))).toMatchObject({
      kind: 'forked',
      seq: 3
    });
  });

  test('removed, swapped and changed entries break the log where it happened', () => {
    const cases: [number, Entry[]][] = [
      [1, honest.filter((_, seq) => seq !== 1)],
      [1, [0, 2, 1, 3].flatMap((seq) => honest[seq] ?? [])],
      [2, honest.map((entry, seq) => (seq === 2 ? { ...entry, leaf: sha256('other') } : entry))]
    ];
    for (const [seq, log] of cases) expect(judgeLog([], exported(log))).toEqual({ kind: 'log-broken', seq });
  });

  test('a log whose end was cut off is too short for a file that was in it', () => {
    const short = exported(honest.slice(0, 2));
    expect(judgeLog([held('one.pdf', honest, 3)], short)).toEqual({
      kind: 'log-short',
      seq: 3,
      files: ['one.pdf']
    });
  });

  test('a log that went on from a backup says so, and what came before it still counts', () => {
    const restored = restoredLog(honest);
    expect(judgeLog([held('one.pdf', honest, 1)], restored)).toEqual({ kind: 'one-history', files: 1 });
    const at = '2026-11-25T08:00:00.000Z';
    for (const seq of [2, 3])
      expect(judgeLog([held('two.pdf', honest, seq)], restored)).toEqual({
        kind: 'restored',
        seq: 2,
        at,
        files: ['two.pdf']
      });
    // A fork before the backup is none of its doing, and a restart cannot be claimed for another entry.
    expect(judgeLog([held('two.pdf', logOf('a1', 'x9'), 1)], restored)).toMatchObject({
      kind: 'forked',
      seq: 1
    });
    const [restart] = restored.restarts;
    if (restart === undefined) throw new Error('no restart');
    expect(judgeLog([], { ...exported(honest), restarts: [restart] })).toEqual({
      kind: 'log-broken',
      seq: 2
    });
  });

  test('a head that an outside authority saw at a place cannot be exchanged later', () => {
    const stamp = { seq: 2, head: honest[2]?.head ?? '', time: 0, token: '' };
    expect(judgeLog([], { ...exported(honest), stamps: [stamp] })).toMatchObject({ kind: 'one-history' });
    expect(judgeLog([], { ...exported(forked), stamps: [stamp] })).toEqual({ kind: 'log-broken', seq: 2 });
  });
});
