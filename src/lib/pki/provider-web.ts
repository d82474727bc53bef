import type { ByteSource } from '../bytes/source.ts';
import { answerCheck } from './answer.ts';
import type { Check, CheckAnswer, CryptoProvider, HashName, HashRequest } from './check.ts';
import { ecdsaToRaw } from './ecdsa.ts';
import { hashBytes, startHash, type RunningHash } from './hash.ts';
import { isReasonable } from './rsa.ts';
import { parseSpki } from './spki.ts';

const NATIVE: readonly HashName[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** WebCrypto hashes only what lies in memory as one piece; longer inputs are streamed through wasm. */
const WHOLE_LIMIT = 32 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

async function hash(name: HashName, bytes: Uint8Array): Promise<Uint8Array> {
  if (!NATIVE.includes(name)) return hashBytes(name, bytes);
  return new Uint8Array(await crypto.subtle.digest(name, own(bytes)));
}

/** WebCrypto takes no view of shared memory. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
}

/** hash-wasm's streaming hash where it has the algorithm (loaded when first needed), noble's otherwise. */
async function startStream(name: HashName): Promise<RunningHash> {
  if (name !== 'SHA-1' && name !== 'SHA-256' && name !== 'SHA-384' && name !== 'SHA-512')
    return startHash(name);
  const wasm = await import('hash-wasm');
  const make = {
    'SHA-1': wasm.createSHA1,
    'SHA-256': wasm.createSHA256,
    'SHA-384': wasm.createSHA384,
    'SHA-512': wasm.createSHA512
  };
  const running = await make[name]();
  running.init();
  return { update: (bytes) => running.update(bytes), digest: () => running.digest('binary') };
}

const length = (request: HashRequest): number => request.ranges.reduce((sum, [, size]) => sum + size, 0);

/**
 * Digest over ranges of a source (worker, Node). Up to 32 MB by WebCrypto, above that in pieces of 4 MB, so
 * that a large file is never in memory. RangeError when a range reaches behind the end.
 */
export async function hashSource(source: ByteSource, request: HashRequest): Promise<Uint8Array> {
  return hashPieces(request, (offset, size) => {
    const bytes = source.read(offset, size);
    if (bytes.length !== size) throw new RangeError('a range reaches behind the end of the file');
    return Promise.resolve(bytes);
  });
}

/** The same over a Blob or File (page). */
export async function hashBlob(blob: Blob, request: HashRequest): Promise<Uint8Array> {
  return hashPieces(request, async (offset, size) => {
    const bytes = new Uint8Array(await blob.slice(offset, offset + size).arrayBuffer());
    if (bytes.length !== size) throw new RangeError('a range reaches behind the end of the file');
    return bytes;
  });
}

async function hashPieces(
  request: HashRequest,
  read: (offset: number, size: number) => Promise<Uint8Array>
): Promise<Uint8Array> {
  const total = length(request);
  if (total <= WHOLE_LIMIT) {
    const whole = new Uint8Array(total);
    let at = 0;
    for (const [offset, size] of request.ranges) {
      whole.set(await read(offset, size), at);
      at += size;
    }
    return hash(request.hash, whole);
  }
  const running = await startStream(request.hash);
  for (const [offset, size] of request.ranges) {
    for (let done = 0; done < size; done += PIECE) {
      running.update(await read(offset + done, Math.min(PIECE, size - done)));
    }
  }
  return running.digest();
}

/** How WebCrypto would do it; null when it cannot (a digest instead of the message, other curves or hashes). */
async function nativeAnswer(question: Check): Promise<CheckAnswer | null> {
  const { scheme, signed } = question;
  if (!('message' in signed) || !('hash' in scheme) || !NATIVE.includes(scheme.hash)) return null;
  const key = parseSpki(question.spki);
  const verify = async (
    algorithm: EcKeyImportParams | RsaHashedImportParams,
    use: AlgorithmIdentifier | EcdsaParams | RsaPssParams,
    signature: Uint8Array
  ): Promise<CheckAnswer> => {
    const imported = await crypto.subtle.importKey('spki', own(question.spki), algorithm, false, ['verify']);
    const valid = await crypto.subtle.verify(use, imported, own(signature), own(signed.message));
    return valid ? 'valid' : 'invalid';
  };
  if (scheme.kind === 'ecdsa' && key.kind === 'ec' && key.point[0] === 4) {
    const size = key.curve === 'P-256' ? 32 : key.curve === 'P-384' ? 48 : null;
    const compact = size === null ? null : ecdsaToRaw(question.signature, size);
    if (compact === null) return null;
    return verify({ name: 'ECDSA', namedCurve: key.curve }, { name: 'ECDSA', hash: scheme.hash }, compact);
  }
  if (scheme.kind === 'rsa-pkcs1' && key.kind === 'rsa' && !key.pss && isReasonable(key)) {
    return verify(
      { name: 'RSASSA-PKCS1-v1_5', hash: scheme.hash },
      { name: 'RSASSA-PKCS1-v1_5' },
      question.signature
    );
  }
  return null;
}

async function answer(question: Check): Promise<CheckAnswer> {
  try {
    // A refusal by the platform may be its own limit (key size, point form): our engine has the last word.
    if ((await nativeAnswer(question)) === 'valid') return 'valid';
  } catch {
    // Not for WebCrypto: fall through.
  }
  return answerCheck(question, hashBytes);
}

/** Page, worker and Node: WebCrypto first, noble and our own RSA and DSA for what it lacks. */
export const webProvider: CryptoProvider = {
  hash,
  check: (checks) => Promise.all(checks.map(answer))
};
