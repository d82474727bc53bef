const { Refusal } = require('./refusal.js');

const MAX = 24 << 20;

/** The JSON object of a request. Parsed here: PocketBase would mix the query into it. */
function readBody(e) {
  let value;
  try {
    value = JSON.parse(toString(e.request.body, MAX));
  } catch {
    throw new Refusal('bad-request', 'The body is not JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Refusal('bad-request', 'The body is not a JSON object.');
  }
  return value;
}

module.exports = { readBody };
