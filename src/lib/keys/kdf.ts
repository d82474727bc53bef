import { encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import type { Argon2, Kdf } from './record.ts';

/** 64 MiB, 3 passes: about a quarter of a second on a desktop (`security.md` K2). */
export const STRONG: Argon2 = { name: 'argon2id', m: 65_536, t: 3, p: 1 };
/** Where a device has not that much memory for one page. */
export const SMALL: Argon2 = { name: 'argon2id', m: 19_456, t: 2, p: 1 };
/** PBKDF2 is read, never written. */
const PBKDF2_FLOOR = 600_000;
const PBKDF2_CEILING = 10_000_000;

/** Label of what a passkey's PRF is stretched for (`security.md` K1). */
const PRF_INFO = 'countersign/kek/v1';

/** Below the floor a stolen record falls too fast; above the ceiling a forged file would hang the device. */
function checkArgon2(kdf: Argon2): void {
  const whole = [kdf.m, kdf.t, kdf.p].every(Number.isSafeInteger);
  const strong = kdf.m >= SMALL.m && kdf.t >= SMALL.t && kdf.p >= 1;
  const bearable = kdf.m <= 1_048_576 && kdf.t <= 16 && kdf.p <= 4;
  if (!whole || !strong || !bearable)
    throw new KeyError('kdf-floor', `argon2id m=${kdf.m} t=${kdf.t} p=${kdf.p}`);
}

/** RFC 9106, 32 bytes out. hash-wasm comes with the first key that is opened. */
export async function argon2(secret: Uint8Array, salt: Uint8Array, { m, t, p }: Argon2): Promise<Uint8Array> {
  const { argon2id } = await import('hash-wasm');
  return argon2id({
    password: secret,
    salt,
    memorySize: m,
    iterations: t,
    parallelism: p,
    hashLength: 32,
    outputType: 'binary'
  });
}

async function pbkdf2(secret: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  if (!(iterations >= PBKDF2_FLOOR && iterations <= PBKDF2_CEILING && Number.isSafeInteger(iterations)))
    throw new KeyError('kdf-floor', `pbkdf2 ${iterations}`);
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'PBKDF2', false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: Uint8Array.from(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

/** HKDF-SHA-256 of the 32 bytes that an authenticator's PRF gave. Throws KeyError `passkey-unsupported`. */
export async function stretchPrf(prf: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  if (prf.length !== 32) throw new KeyError('passkey-unsupported', `a PRF of ${prf.length} bytes`);
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(prf), 'HKDF', false, ['deriveBits']);
  const info = Uint8Array.from(encodeUtf8(PRF_INFO));
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: Uint8Array.from(salt), info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

/** Two keyboards that compose accents differently open the same lock. */
const passphraseBytes = (passphrase: string): Uint8Array => encodeUtf8(passphrase.normalize('NFKC'));

/**
 * The 32 bytes that wrap the key under a passphrase. Throws KeyError `kdf-floor` before anything is derived,
 * and `record` where a passkey is what opens it.
 */
export async function stretchPassphrase(passphrase: string, salt: Uint8Array, kdf: Kdf): Promise<Uint8Array> {
  if (kdf.name === 'webauthn-prf') throw new KeyError('record', 'a passkey opens this, not a passphrase');
  if (kdf.name === 'pbkdf2-sha256') return pbkdf2(passphraseBytes(passphrase), salt, kdf.iterations);
  checkArgon2(kdf);
  return argon2(passphraseBytes(passphrase), salt, kdf);
}

/** The same for a new lock: with less memory where the device refuses the usual amount. */
export async function stretchNewPassphrase(
  passphrase: string,
  salt: Uint8Array,
  derive = argon2
): Promise<{ readonly kek: Uint8Array; readonly kdf: Argon2 }> {
  const secret = passphraseBytes(passphrase);
  try {
    return { kek: await derive(secret, salt, STRONG), kdf: STRONG };
  } catch {
    // WebAssembly could not grow to 64 MiB.
    return { kek: await derive(secret, salt, SMALL), kdf: SMALL };
  }
}
