import { encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import type { Kdf } from './record.ts';

/** 64 MiB, 3 passes: about a quarter of a second on a desktop (`security.md` K2). */
export const STRONG: Kdf = { name: 'argon2id', m: 65_536, t: 3, p: 1 };
/** Where a device has not that much memory for one page. */
export const SMALL: Kdf = { name: 'argon2id', m: 19_456, t: 2, p: 1 };

/** Below the floor a stolen record falls too fast; above the ceiling a forged file would hang the device. */
function checkParameters(kdf: Kdf): void {
  const whole = [kdf.m, kdf.t, kdf.p].every(Number.isSafeInteger);
  const strong = kdf.m >= SMALL.m && kdf.t >= SMALL.t && kdf.p >= 1;
  const bearable = kdf.m <= 1_048_576 && kdf.t <= 16 && kdf.p <= 4;
  if (!whole || !strong || !bearable)
    throw new KeyError('kdf-floor', `argon2id m=${kdf.m} t=${kdf.t} p=${kdf.p}`);
}

/**
 * AES-256-GCM key of a passphrase, usable for wrapping only and never exportable. The passphrase is brought
 * to NFKC first, so that two keyboards that compose accents differently open the same lock.
 */
export async function deriveWrappingKey(passphrase: string, salt: Uint8Array, kdf: Kdf): Promise<CryptoKey> {
  checkParameters(kdf);
  const { argon2id } = await import('hash-wasm');
  const secret = await argon2id({
    password: encodeUtf8(passphrase.normalize('NFKC')),
    salt,
    memorySize: kdf.m,
    iterations: kdf.t,
    parallelism: kdf.p,
    hashLength: 32,
    outputType: 'binary'
  });
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'AES-GCM', false, [
    'wrapKey',
    'unwrapKey'
  ]);
  secret.fill(0);
  return key;
}

/** The same for a new lock: with less memory where the device refuses the usual amount. */
export async function deriveNewWrappingKey(
  passphrase: string,
  salt: Uint8Array
): Promise<{ readonly key: CryptoKey; readonly kdf: Kdf }> {
  try {
    return { key: await deriveWrappingKey(passphrase, salt, STRONG), kdf: STRONG };
  } catch {
    // WebAssembly could not grow to 64 MiB.
    return { key: await deriveWrappingKey(passphrase, salt, SMALL), kdf: SMALL };
  }
}
