import { derive, type DeriveRequest, type Deriving } from './password-encryption.ts';
import { opening, type Pkcs12, type Pkcs12Limits } from './pkcs12.ts';
import { building, type Pkcs12Input } from './pkcs12-build.ts';

async function deriveNatively(request: DeriveRequest): Promise<Uint8Array> {
  const { hash, password, salt, rounds, length } = request;
  // WebCrypto has no SHA-224.
  if (hash === 'SHA-224') return derive(request);
  const own = (bytes: Uint8Array) => Uint8Array.from(bytes);
  const key = await crypto.subtle.importKey('raw', own(password), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash, salt: own(salt), iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * length));
}

async function run<T>(work: Deriving<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) step = work.next(await deriveNatively(step.value));
  return step.value;
}

/** Opens a PKCS#12 file with WebCrypto's PBKDF2: a million rounds take a second. Errors as `opening`. */
export function openPkcs12(bytes: Uint8Array, password: string, limits?: Pkcs12Limits): Promise<Pkcs12> {
  return run(opening(bytes, password, limits));
}

/** Makes a PKCS#12 file with WebCrypto's PBKDF2 and randomness. */
export function makePkcs12(input: Omit<Pkcs12Input, 'random'>): Promise<Uint8Array> {
  return run(building({ ...input, random: (length) => crypto.getRandomValues(new Uint8Array(length)) }));
}
