// Keys from SECRET_KEY, one for each use (`security.md` X4). The secret itself is used nowhere else.

/** @param {'ca-kek' | 'statement-kek' | 'code' | 'callback'} use */
function key(use) {
  return $security.hs256(`countersign/${use}/v1`, $os.getenv('SECRET_KEY'));
}

/** Encrypts a text with AES-256-GCM under the key of a use. */
function seal(use, text) {
  return $security.encrypt(text, key(use).slice(0, 32));
}

function unseal(use, sealed) {
  return String($security.decrypt(sealed, key(use).slice(0, 32)));
}

module.exports = { key, seal, unseal };
