// The queue of /verify: one bad file never stops the others.
import { expect, test, vi } from 'vitest';
import type { Report } from '../verify/report.ts';
import { WorkError, type PdfWork, type VerifyRequest } from '../work/pdf-client.ts';
import { Verifier, type Verified } from './verifier.svelte.ts';

const report = (file: string, more: Partial<Report> = {}): Report => ({
  file,
  bytes: 1,
  sha256: '',
  read: 'ok',
  error: null,
  revisions: [],
  signatures: [],
  warnings: [],
  verdict: 'unsigned',
  ...more
});

type Answer = (name: string, request: VerifyRequest) => Report | 'hangs' | 'dies';

/** A worker that answers as a file's name says; closing it ends what hangs, as the real one does. */
function verifier(answer: Answer, limit = 60_000) {
  const asked: string[] = [];
  const closed: string[] = [];
  const work = (): PdfWork => {
    let end: (() => void) | null = null;
    return {
      verify: (name: string, _: Blob, request: VerifyRequest = {}) => {
        asked.push(name);
        const said = answer(name, request);
        if (said === 'dies') return Promise.reject(new WorkError('worker', 'stopped'));
        if (said !== 'hangs') return Promise.resolve(said);
        return new Promise<Report>((_resolve, reject) => {
          end = () => {
            closed.push(name);
            reject(new WorkError('worker', 'closed'));
          };
        });
      },
      close: () => end?.()
    } as unknown as PdfWork;
  };
  return { of: new Verifier(() => Promise.resolve({}), { work, limit }), asked, closed };
}

const files = (...names: string[]) => names.map((name) => new File(['%PDF'], name));
const states = ({ files: entries }: Verifier) =>
  entries.map(({ file, state }: Verified) => `${file.name} ${state}`);
const settled = (one: Verifier) => vi.waitFor(() => expect(one.progress.open).toBe(0));

test('files are judged in the order they came, and one that fails stops none of the others', async () => {
  const { of, asked } = verifier((name) => (name === 'b' ? 'dies' : report(name)));
  of.add(files('a', 'b', 'c'));
  of.add(files('d'));
  await settled(of);
  expect(asked).toEqual(['a', 'b', 'c', 'd']);
  expect(states(of)).toEqual(['d done', 'a done', 'b failed', 'c done']);
  expect(of.progress).toEqual({ total: 4, ended: 4, open: 0 });
});

test('a file that takes longer than it may is ended, said so, and the next is judged', async () => {
  const { of, closed } = verifier((name) => (name === 'slow' ? 'hangs' : report(name)), 20);
  of.add(files('slow', 'next'));
  await settled(of);
  expect(closed).toEqual(['slow']);
  expect(states(of)).toEqual(['slow failed', 'next done']);
  expect(of.files[0]?.failure).toBe('too-slow');
});

test('cancelling one ends its work and goes on; cancelling all leaves nothing under way', async () => {
  const { of, asked, closed } = verifier((name) => (name.startsWith('slow') ? 'hangs' : report(name)));
  of.add(files('slow 1', 'a', 'slow 2', 'b'));
  await vi.waitFor(() => expect(asked).toContain('slow 1'));
  const [first] = of.files;
  if (first) of.cancel(first);
  await vi.waitFor(() => expect(asked).toContain('slow 2'));
  of.cancelAll();
  await settled(of);
  expect(closed).toEqual(['slow 1', 'slow 2']);
  expect(states(of)).toEqual(['slow 1 cancelled', 'a done', 'slow 2 cancelled', 'b cancelled']);
});

test('a locked file asks, says once when the password is wrong, and is judged with the right one', async () => {
  const { of } = verifier((name, { password }) =>
    password === 'right'
      ? report(name)
      : report(name, {
          read: 'encrypted',
          verdict: 'unreadable',
          error: { code: 'encrypted-password', message: '', offset: 0 }
        })
  );
  of.add(files('locked'));
  await settled(of);
  const [entry] = of.files;
  if (entry === undefined) throw new Error('no file');
  expect(entry.locked).toEqual({ wrong: false });
  of.unlock(entry, 'left');
  await settled(of);
  expect(entry.locked).toEqual({ wrong: true });
  of.unlock(entry, 'right');
  await settled(of);
  expect(entry.locked).toBeNull();
  expect(entry.report?.verdict).toBe('unsigned');
});
