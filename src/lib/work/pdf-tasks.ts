import { toHex } from '../bytes/hex.ts';
import type { ByteSource } from '../bytes/source.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { openPdf } from '../pdf/document.ts';
import { writePaper } from '../pdf/paper/write.ts';
import type { CryptoProvider } from '../pki/check.ts';
import { hashBlob } from '../pki/provider-web.ts';
import { chooseAll, textsOfInput } from '../sign/drawn-text.ts';
import { freeze } from '../sign/freeze.ts';
import { prepareSignature, type PreparedSignature } from '../sign/signature.ts';
import { withoutXfa } from '../sign/xfa.ts';
import { nonceValue, readToken, TimestampError, timestampRequest } from '../sign/timestamp.ts';
import { checkHistory } from '../verify/history.ts';
import { isSound, SelfCheckError } from '../verify/self-check.ts';
import { MOST_BYTES, readTrustFile } from '../verify/trust-file.ts';
import { verifyFile } from '../verify/verify.ts';
import type { Signed, StampAnswer, Stamped, Task, Written } from './protocol.ts';
import { openForSigning } from './signing-bytes.ts';
import { summarize } from './summary.ts';
import { openWhole } from './whole-file.ts';

/** What the tasks need of their surroundings: the worker's, or a test's. */
export interface Surroundings {
  open(blob: Blob): ByteSource;
  /** Runs what draws with the fonts it asks for (`work/fonts.ts`). */
  withFonts<T>(draw: (fonts: FontSet) => T): Promise<T>;
  /** Fetches what signing mostly needs. */
  prepareFonts(): Promise<void>;
  /** UTC milliseconds. */
  now(): number;
  readonly provider: CryptoProvider;
  /** DER attributes → raw r‖s of the signer's key. */
  sign(attributes: Uint8Array): Promise<Uint8Array>;
  /** TimeStampReq → the authority's answer through the server, or null when none came in time. */
  stamp(query: Uint8Array): Promise<StampAnswer | null>;
  /** Random bytes. */
  random(count: number): Uint8Array;
}

const open = (source: ByteSource, password: string | undefined) =>
  openPdf(source, password === undefined ? {} : { password });

/** Runs one task. Throws PdfError, CmsError or SelfCheckError: each with a `code`. */
export async function runTask(task: Task, around: Surroundings): Promise<unknown> {
  switch (task.kind) {
    case 'prepare':
      await around.prepareFonts();
      return null;
    case 'paper': {
      const bytes = await around.withFonts((fonts) => writePaper(task.paper, fonts));
      return new Blob([own(bytes)], { type: 'application/pdf' });
    }
    case 'coverage':
      await around.withFonts((fonts) => chooseAll(task.texts, fonts));
      return null;
    case 'summary':
      return summarize(open(around.open(task.file), task.password));
    case 'without-xfa':
      return written(new Blob([task.file, own(withoutXfa(open(around.open(task.file), undefined)))]));
    case 'freeze': {
      const tail = freeze(open(around.open(task.file), task.password), task.layout);
      return written(new Blob([task.file, own(tail)]));
    }
    case 'sign':
      return sign(task, around);
    case 'history':
      return checkHistory(task.history, task.files, task.roots, around.provider);
    case 'trust': {
      const source = around.open(task.file);
      return readTrustFile(source.read(0, Math.min(source.size, MOST_BYTES + 1)));
    }
    case 'verify': {
      const { password, roots, timeRoots } = task.options;
      const options = {
        now: around.now(),
        ...(password === undefined ? {} : { password }),
        roots: roots ?? [],
        timeRoots: timeRoots ?? []
      };
      const { source, hashAll } = await openWhole(task.file, around.open);
      return verifyFile(task.name, source, around.provider, options, hashAll);
    }
  }
}

async function sign(task: Extract<Task, { kind: 'sign' }>, around: Surroundings): Promise<Signed> {
  const { file, input, password, timestampRoom } = task;
  const opened = await openForSigning(file, around.open);
  // Every font is brought before the work begins, which would start anew for each.
  await around.withFonts((fonts) => chooseAll(textsOfInput(input), fonts));
  const prepared = await around.withFonts((fonts) =>
    prepareSignature(open(opened.source, password), input, fonts, { timestampRoom })
  );
  const bytes = await opened.cover(prepared);
  const signature = await around.sign(prepared.attributes(bytes.digest));
  const stamp = timestampRoom > 0 ? await stampOf(prepared, signature, around) : none('no-authority');
  const tail = prepared.finish(signature, stamp.token ?? undefined);
  const signed = bytes.signed(tail);
  const options = {
    now: around.now(),
    preparation: false,
    ...(password === undefined ? {} : { password })
  };
  const report = await verifyFile('', signed.source, around.provider, options, signed.hashAll);
  if (!isSound(report)) throw new SelfCheckError(report);
  const blob = new Blob([file, own(tail)]);
  return { blob, sha256: report.sha256, size: blob.size, report, timestamp: stamp.said };
}

interface Stamp {
  readonly token: Uint8Array | null;
  readonly said: Stamped;
}

const none = (why: string): Stamp => ({ token: null, said: { time: null, why } });

/**
 * A timestamp over the signature, checked before it is used (`security.md` T2) against the server's time: this
 * device may not know what time it is. Whatever is wrong with it, the signature stands without.
 */
async function stampOf(
  prepared: PreparedSignature,
  signature: Uint8Array,
  around: Surroundings
): Promise<Stamp> {
  const imprint = await around.provider.hash('SHA-256', prepared.stamped(signature));
  const nonce = around.random(8);
  const answer = await around.stamp(timestampRequest(imprint, nonce));
  if (answer === null) return none('no-answer');
  try {
    const expected = { imprint, nonce: nonceValue(nonce), now: answer.now, roots: null };
    const asked = readToken(answer.token, expected);
    const { token, time } = asked.accept(await around.provider.check(asked.checks));
    return prepared.hasRoomFor(token.length) ? { token, said: { time } } : none('too-large');
  } catch (error) {
    if (error instanceof TimestampError) return none(error.code);
    throw error;
  }
}

async function written(blob: Blob): Promise<Written> {
  return { blob, sha256: toHex(await hashBlob(blob, 'SHA-256')), size: blob.size };
}

/** Blob parts must not lie in shared memory; ours never do, which the types cannot know. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;
