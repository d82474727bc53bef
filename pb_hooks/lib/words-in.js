// Names that come in (`security.md` M2).
const { Refusal } = require('./refusal.js');
const { MAIL_PATTERN } = require('./shared.js');

// eslint-disable-next-line no-control-regex -- the rule is about control characters
const LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,120}$/;

/** A name of one line, trimmed; refused when it is empty, too long, or has controls or bidi overrides. */
function line(text, what) {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (!LINE.test(trimmed)) throw new Refusal('bad-request', `${what} is not a name of one line.`);
  return trimmed;
}

module.exports = { MAIL_PATTERN, line };
