// History is added to, never changed (`security.md` §1).

function refuse() {
  throw new BadRequestError('This is never changed and never removed.');
}

function noteSignIn(e) {
  // A refreshed token comes without a method, and is no sign-in.
  if (e.authMethod === 'password') require('./nonces.js').noteSignIn(e.app, e.token);
  return e.next();
}

module.exports = { noteSignIn, refuse };
