import { ed25519 } from '@noble/curves/ed25519.js';
import { ed448 } from '@noble/curves/ed448.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Check, CheckAnswer, HashName } from './check.ts';
import { isReasonable as isReasonableDsa, verifyDsa } from './dsa.ts';
import { ecdsaToRaw, signaturePair } from './ecdsa.ts';
import { isReasonable as isReasonableRsa, verifyPkcs1, verifyPss } from './rsa.ts';
import { parseSpki, type CurveName, type PublicKey } from './spki.ts';

const CURVES = {
  'P-256': p256,
  'P-384': p384,
  'P-521': p521,
  secp256k1,
  brainpoolP256r1,
  brainpoolP384r1,
  brainpoolP512r1
};

/**
 * noble refuses high s by default, and half of all signatures are such (`security.md` X1); X.509 and CMS know
 * no such rule. The digest is given, so noble must not hash again.
 */
const RULES = { lowS: false, prehash: false } as const;

function verifyEcdsa(
  curve: CurveName,
  point: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array
): CheckAnswer {
  const engine = CURVES[curve];
  const size = engine.lengths.secretKey ?? 0;
  const compact = ecdsaToRaw(signature, size);
  if (compact === null) return 'invalid';
  return engine.verify(compact, digest, point, RULES) ? 'valid' : 'invalid';
}

/** The key's point is on its curve and not at infinity (`security.md` C4). */
export function isPointOnCurve(key: PublicKey): boolean {
  if (key.kind !== 'ec') return false;
  try {
    CURVES[key.curve].Point.fromBytes(key.point).assertValidity();
    return true;
  } catch {
    return false;
  }
}

function answer(key: PublicKey, question: Check, digest: (hash: HashName) => Uint8Array): CheckAnswer {
  const { scheme, signature } = question;
  switch (scheme.kind) {
    case 'ecdsa':
      return key.kind === 'ec'
        ? verifyEcdsa(key.curve, key.point, digest(scheme.hash), signature)
        : mismatch(key);
    case 'rsa-pkcs1':
      if (key.kind !== 'rsa') return mismatch(key);
      if (key.pss) return 'invalid';
      if (!isReasonableRsa(key)) return 'unsupported';
      return verifyPkcs1(key, scheme.hash, digest(scheme.hash), signature) ? 'valid' : 'invalid';
    case 'rsa-pss':
      if (key.kind !== 'rsa') return mismatch(key);
      if (!isReasonableRsa(key)) return 'unsupported';
      return verifyPss(key, scheme, digest(scheme.hash), signature) ? 'valid' : 'invalid';
    case 'dsa': {
      if (key.kind !== 'dsa') return mismatch(key);
      if (!isReasonableDsa(key)) return 'unsupported';
      const pair = signaturePair(signature);
      return pair !== null && verifyDsa(key, digest(scheme.hash), pair) ? 'valid' : 'invalid';
    }
    case 'ed25519':
    case 'ed448': {
      if (key.kind !== scheme.kind) return mismatch(key);
      // These sign the message itself; from its digest nothing can be told (RFC 8032 §4).
      if (!('message' in question.signed)) return 'unsupported';
      const engine = scheme.kind === 'ed25519' ? ed25519 : ed448;
      // Strict RFC 8032: the same answer as other verifiers give, not noble's ZIP 215.
      const valid = engine.verify(signature, question.signed.message, key.point, { zip215: false });
      return valid ? 'valid' : 'invalid';
    }
  }
}

const mismatch = (key: PublicKey): CheckAnswer => (key.kind === 'unknown' ? 'unsupported' : 'invalid');

/**
 * Answers one question without WebCrypto. `digest` hashes a message; a digest that the question brings is
 * taken as it is. Never throws: a key or signature that cannot be read is `invalid`.
 */
export function answerCheck(
  question: Check,
  hash: (name: HashName, bytes: Uint8Array) => Uint8Array
): CheckAnswer {
  const signed = question.signed;
  const digest = (name: HashName): Uint8Array =>
    'digest' in signed ? signed.digest : hash(name, signed.message);
  try {
    return answer(parseSpki(question.spki), question, digest);
  } catch {
    // noble throws on points off the curve and on lengths that no signature has; the reader on broken DER.
    return 'invalid';
  }
}
