// The headers of every response (`security.md` §10), and what stays closed.

const POLICY =
  "default-src 'none'; script-src 'self' {start}'wasm-unsafe-eval'; script-src-attr 'none'; style-src 'self'; " +
  // Kit's route announcer has one style attribute; this is its hash.
  "style-src-attr 'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='; " +
  "img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; " +
  "media-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html countersign";

const FIXED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(self), geolocation=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), ' +
    'otp-credentials=(self), screen-wake-lock=(self), microphone=(), payment=(), usb=(), serial=(), hid=(), ' +
    'display-capture=()'
};

/** The policy with the hashes of a page's inline start script. */
function policy(scripts) {
  return POLICY.replace('{start}', scripts && scripts.length > 0 ? `${scripts.join(' ')} ` : '');
}

/** Dashboard, console and every other door of PocketBase that only a superuser may use: not there. */
function isClosed(path) {
  return (
    path === '/_' ||
    path.startsWith('/_/') ||
    /^\/api\/(sql|settings|logs|crons|backups|batch)(\/|$)/.test(path) ||
    path.startsWith('/api/collections/_')
  );
}

/** Sets them before the route runs; a route may put its own in place. */
function guard(e) {
  const header = e.response.header();
  for (const name in FIXED) header.set(name, FIXED[name]);
  header.set('Content-Security-Policy', policy([]));
  // The policy says it (frame-ancestors); PocketBase's own is laxer.
  header.del('X-Frame-Options');
  header.del('X-XSS-Protection');
  const path = e.request.url.path;
  // Files of the app say otherwise.
  header.set('Cache-Control', 'no-store');
  if ($os.getenv('APP_URL').startsWith('https://')) {
    header.set('Strict-Transport-Security', 'max-age=63072000');
  }
  if (isClosed(path)) return e.json(404, { code: 'not-found', message: 'There is nothing here.' });
  return e.next();
}

module.exports = { guard, policy };
