import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import { canMakeKeys } from './key-store.ts';
import { memberBytes, type LockedKeyRecord } from './record.ts';
import type { NewLock, Secret } from './lock.ts';

/**
 * Passkeys as locks (`security.md` K1): WebAuthn's PRF extension gives 32 bytes that only this authenticator
 * knows for a salt. Runs in the page, since a worker has no WebAuthn; the bytes go to the keys worker at once.
 */

/** How long a person may take, milliseconds. */
const PATIENCE = 120_000;
/** Nobody reads a dialog and closes it faster, milliseconds. */
const READING = 700;

const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));

/** Whether it is worth offering: never on an IP address, which has no relying party id (WebAuthn §5.1.3). */
export function passkeysPossible(host = globalThis.location?.hostname ?? ''): boolean {
  const address = /^[\d.]+$/.test(host) || host.includes(':');
  return !address && canMakeKeys() && 'PublicKeyCredential' in globalThis;
}

/** What the browser answered, as `KeyError`. */
function refusal(error: unknown): KeyError {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  const cancelled = name === 'NotAllowedError' || name === 'AbortError';
  return new KeyError(
    cancelled ? 'passkey-cancelled' : 'passkey-unsupported',
    `${String(name)}: ${String(message)}`
  );
}

async function ask(credential: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const got = (await navigator.credentials
    .get({
      publicKey: {
        challenge: random(32),
        allowCredentials: [{ type: 'public-key', id: credential }],
        // The PRF differs with and without it.
        userVerification: 'required',
        timeout: PATIENCE,
        extensions: { prf: { eval: { first: salt } } }
      }
    })
    .catch((error: unknown) => {
      throw refusal(error);
    })) as PublicKeyCredential | null;
  const first = got?.getClientExtensionResults().prf?.results?.first;
  const bytes = first === undefined ? new Uint8Array() : octets(first);
  if (bytes.length !== 32) throw new KeyError('passkey-unsupported', `a PRF of ${bytes.length} bytes`);
  return bytes;
}

const octets = (source: BufferSource): Uint8Array =>
  source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);

async function create(
  person: { readonly id: string; readonly name: string },
  app: string,
  extensions: AuthenticationExtensionsClientInputs
): Promise<PublicKeyCredential | null> {
  return (await navigator.credentials.create({
    publicKey: {
      challenge: random(32),
      rp: { name: app },
      user: { id: Uint8Array.from(encodeUtf8(person.id)), name: person.name, displayName: person.name },
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 }
      ],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: PATIENCE,
      extensions
    }
  })) as PublicKeyCredential | null;
}

/** Lets the authenticator forget a passkey that cannot lock anything, where it can be told. */
async function takeBack(credential: PublicKeyCredential): Promise<void> {
  const { signalUnknownCredential: signal } = PublicKeyCredential as unknown as {
    signalUnknownCredential?: (about: { rpId: string; credentialId: string }) => Promise<void>;
  };
  await signal
    ?.call(PublicKeyCredential, { rpId: location.hostname, credentialId: credential.id })
    .catch(() => undefined);
}

/**
 * Makes a passkey and asks it for the lock of a key. Throws KeyError `passkey-cancelled`,
 * `passkey-unsupported` (then a passphrase is offered).
 */
export async function newPasskeyLock(
  person: { readonly id: string; readonly name: string },
  app: string
): Promise<Extract<NewLock, { lock: 'passkey' }>> {
  const salt = random(32);
  // With a salt: Windows Hello was seen to refuse an empty `prf`.
  const made = await create(person, app, { prf: { eval: { first: salt } } }).catch((error: unknown) => {
    const refused = refusal(error);
    if (refused.code === 'passkey-cancelled') throw refused;
    return create(person, app, {}).catch((again: unknown) => {
      throw refusal(again);
    });
  });
  if (made === null) throw new KeyError('passkey-unsupported', 'no credential');
  try {
    // What the browser says it could do is not believed, only what the authenticator said and gives.
    if (made.getClientExtensionResults().prf?.enabled === false)
      throw new KeyError('passkey-unsupported', 'the authenticator has no PRF');
    const credential = new Uint8Array(made.rawId);
    const prf = await ask(credential, salt);
    return { lock: 'passkey', prf, salt, credential: toBase64(credential) };
  } catch (error) {
    await takeBack(made);
    throw error;
  }
}

/**
 * Asks the passkey of a record. WebAuthn answers "not allowed" for a passkey that is gone as for a closed
 * dialog (§14.5.2), so that sites cannot probe for passkeys; only an answer faster than a person tells them
 * apart: `passkey-missing`. Throws KeyError `passkey-cancelled`, `passkey-missing`, `passkey-unsupported`,
 * `record`. `clock`: milliseconds that never go back.
 */
export async function askPasskey(
  record: LockedKeyRecord,
  clock: () => number = () => performance.now()
): Promise<Secret> {
  if (record.kdf.name !== 'webauthn-prf') throw new KeyError('record', 'no passkey opens this');
  const credential = Uint8Array.from(fromBase64(record.kdf.credential));
  const since = clock();
  try {
    return { kind: 'passkey', prf: await ask(credential, memberBytes(record.salt)) };
  } catch (error) {
    if (error instanceof KeyError && error.code === 'passkey-cancelled' && clock() - since < READING)
      throw new KeyError('passkey-missing', error.message);
    throw error;
  }
}
