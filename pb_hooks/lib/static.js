// The app's files: only what `build/app-files.json` lists, packed where the browser takes it, honest 404s.
const { policy } = require('./headers.js');

const folder = $os.getenv('COUNTERSIGN_APP');
const files = load();

function load() {
  if (folder === '') return {};
  try {
    return JSON.parse(toString($os.readFile(`${folder}/../app-files.json`)));
  } catch {
    return {};
  }
}

/** The listed file a path asks for: itself, its prerendered page, or the fallback for paths of the app. */
function locate(path) {
  if (path === '/') return files['/index.html'] ? '/index.html' : '/fallback.html';
  if (files[path] && path !== '/fallback.html') return path;
  if (files[`${path}.html`]) return `${path}.html`;
  const last = path.slice(path.lastIndexOf('/') + 1);
  // A name with an extension is a file that is missing; a hidden name is never anything.
  if (last.includes('.') || path.startsWith('/api/') || path.startsWith('/_app/') || path.includes('/.'))
    return null;
  return '/fallback.html';
}

function serve(e) {
  const path = locate(e.request.url.path);
  const file = path === null ? undefined : files[path];
  const header = e.response.header();
  if (file === undefined) {
    return e.json(404, { code: 'not-found', message: 'There is nothing here.' });
  }
  header.set('Content-Type', file.type);
  header.set('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (file.scripts) header.set('Content-Security-Policy', policy(file.scripts));
  // The HTML verifier is for saving: it never runs with this site's rights (`security.md` W4, W7).
  if (file.attachment) {
    header.set('Content-Disposition', `attachment; filename="${path.slice(1)}"`);
    header.set('Content-Security-Policy', "sandbox; default-src 'none'");
  }
  let name = path.slice(1);
  if (file.packed.length > 0) {
    header.set('Vary', 'Accept-Encoding');
    const accepted = e.request.header.get('Accept-Encoding');
    const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gz' : null;
    // A range counts bytes of the plain file.
    if (encoding !== null && e.request.header.get('Range') === '') {
      header.set('Content-Encoding', encoding === 'br' ? 'br' : 'gzip');
      name += `.${encoding}`;
    }
  }
  return e.fileFS($os.dirFS(folder), name);
}

module.exports = { serve };
