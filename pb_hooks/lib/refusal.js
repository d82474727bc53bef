// How a route says no: `{code, message}` with a status (`src/lib/domain/api.ts`, ServerError).

/** HTTP status of each code that a route may answer with. */
const STATUS = {
  'bad-request': 400,
  csr: 400,
  'key-reused': 400,
  prefix: 400,
  'byte-range': 400,
  appearance: 400,
  cms: 400,
  certificate: 400,
  changes: 400,
  evidence: 400,
  witness: 400,
  proof: 400,
  consent: 400,
  'hash-mismatch': 400,
  incomplete: 400,
  'code-wrong': 400,
  'code-expired': 400,
  'sign-in': 401,
  forbidden: 403,
  nonce: 403,
  'code-locked': 403,
  'not-found': 404,
  link: 404,
  'set-up-link': 404,
  invitation: 404,
  'set-up-done': 403,
  'not-draft': 403,
  'not-frozen': 403,
  'not-open': 403,
  'not-your-turn': 403,
  'blob-missing': 400,
  // The one 409: the device decides by `current` what to do (`offline.md`).
  version: 409,
  'too-large': 413,
  // Not 429: the device would try again by itself.
  reminded: 403,
  'action-reused': 422,
  'earlier-failed': 424,
  'rate-limited': 429,
  'code-sends': 429,
  // No time authority is configured, or none gave a token that holds.
  'no-authority': 404,
  'authority-failed': 502,
  internal: 500
};

class Refusal extends Error {
  /**
   * @param {string} code a ServerErrorCode
   * @param {string} message for logs and API users
   * @param {{status?: number, [extra: string]: any}} [extra] `status` when it is not the code's usual one
   */
  constructor(code, message, extra) {
    super(message);
    const { status, ...rest } = extra || {};
    this.name = 'Refusal';
    this.code = code;
    this.status = status || STATUS[code];
    this.extra = rest;
  }

  body() {
    return { ...this.extra, code: this.code, message: this.message };
  }
}

/** The message of anything thrown, Go errors too, without secrets: they never stand in messages here. */
function describe(error) {
  return String((error && error.message) || error);
}

/** Runs a route and answers with what it returns, or with its refusal. */
function answer(e, route) {
  try {
    return e.json(200, route());
  } catch (error) {
    const refusal = asRefusal(error);
    return e.json(refusal.status, refusal.body());
  }
}

/** A Refusal stays itself; anything else is logged and becomes `internal`, which tells a caller nothing. */
function asRefusal(error) {
  if (error instanceof Refusal) return error;
  console.error('internal error:', describe(error), (error && error.stack) || '');
  return new Refusal('internal', 'The server could not do this.');
}

/**
 * A transaction whose body may throw a Refusal: everything is undone, and the Refusal comes out as it was
 * (PocketBase would hand back a Go error in its place).
 * @template T
 * @param {any} app
 * @param {(tx: any) => T} body
 * @returns {T}
 */
function transact(app, body) {
  let result;
  let thrown = null;
  try {
    app.runInTransaction((tx) => {
      try {
        result = body(tx);
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
  } catch (error) {
    throw thrown === null ? error : thrown;
  }
  return result;
}

module.exports = { Refusal, answer, asRefusal, describe, transact };
