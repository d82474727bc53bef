// SECRET_KEY: 32 bytes that stay outside the data folder (`security.md` O1, X4).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from './failure.js';

const HEX = /^[0-9a-f]{64}$/;

/** A key for one use, hex: HMAC-SHA-256 of `countersign/<use>/v1` under the secret's text. */
export const deriveKey = (secret, use) =>
  createHmac('sha256', secret).update(`countersign/${use}/v1`).digest('hex');

/**
 * The secret as 64 hex characters, from SECRET_KEY or SECRET_FILE (default: beside the data folder), made
 * there when absent. Throws Failure when it is malformed or not the one this data folder was made with.
 */
export function loadSecret(dataDir, env, say) {
  const file = resolve(env.SECRET_FILE || join(dirname(resolve(dataDir)), 'countersign.secret'));
  const check = join(dataDir, 'secret.check');
  let secret = env.SECRET_KEY;
  if (!secret && existsSync(file)) secret = readFileSync(file, 'utf8').trim();
  if (!secret) {
    if (existsSync(check)) {
      throw new Failure(
        `The secret that belongs to ${dataDir} is missing: put it back at ${file}, or set SECRET_KEY.`
      );
    }
    secret = randomBytes(32).toString('hex');
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
      chmodSync(file, 0o600);
    } catch (error) {
      throw new Failure(`The secret could not be written to ${file}: ${error.message}`);
    }
    say(`Made the secret ${file}. Keep a copy apart from the data folder's backups.`);
  }
  if (!HEX.test(secret)) {
    throw new Failure(
      'The secret must be 64 characters of 0-9 and a-f (for example from: openssl rand -hex 32).'
    );
  }
  const mark = deriveKey(secret, 'check');
  if (!existsSync(check)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(check, mark);
  } else if (
    !timingSafeEqual(Buffer.from(readFileSync(check, 'utf8').trim().padEnd(64)), Buffer.from(mark))
  ) {
    throw new Failure(`This secret is not the one that ${dataDir} was made with; nothing was started.`);
  }
  return secret;
}
