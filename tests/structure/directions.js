// Who may import whom (`architecture.md`, "Directions"): the lint rule and the folder-cycle test share it.
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Room → rooms it may import. */
export const allowed = {
  bytes: [],
  domain: [],
  asn1: ['bytes'],
  pki: ['bytes', 'asn1'],
  cms: ['bytes', 'asn1', 'pki'],
  pdf: ['bytes'],
  templates: ['bytes', 'pdf', 'domain'],
  sign: ['bytes', 'asn1', 'pki', 'cms', 'pdf', 'domain'],
  verify: ['bytes', 'asn1', 'pki', 'cms', 'pdf', 'domain'],
  shared: ['bytes', 'domain', 'asn1', 'pki', 'cms', 'pdf', 'sign', 'verify'],
  keys: ['bytes', 'asn1', 'pki', 'cms', 'domain'],
  store: ['bytes', 'domain'],
  sync: ['bytes', 'domain'],
  remote: ['bytes', 'domain', 'sync'],
  work: ['bytes', 'asn1', 'pki', 'cms', 'pdf', 'sign', 'verify', 'templates', 'domain'],
  app: [
    'bytes',
    'pki',
    'domain',
    'templates',
    'sign',
    'verify',
    'keys',
    'store',
    'sync',
    'work',
    'remote',
    'paraglide'
  ],
  ui: ['paraglide'],
  feature: ['bytes', 'domain', 'templates', 'sign', 'verify', 'app', 'ui', 'paraglide'],
  routes: ['domain', 'feature', 'app', 'ui', 'paraglide'],
  'service-worker': [],
  // the verifier as one HTML file
  standalone: ['feature', 'app', 'ui', 'paraglide'],
  // of app only the sentences of a report
  cli: ['bytes', 'asn1', 'pki', 'cms', 'pdf', 'sign', 'verify', 'templates', 'domain', 'paraglide', 'app'],
  paraglide: []
};

/** Package (a prefix) → rooms that may import it. */
export const packages = {
  pocketbase: ['remote'],
  dexie: ['store'],
  // pdf: the standard security handler (RC4, AES, MD5, SHA-2) comes from noble too.
  '@noble/': ['asn1', 'pki', 'cms', 'keys', 'pdf'],
  '@peculiar/': ['asn1', 'pki', 'cms', 'keys'],
  'hash-wasm': ['pki', 'keys'],
  'pdf-lib': ['pdf', 'templates'],
  harfbuzzjs: ['pdf', 'templates'],
  'bidi-js': ['pdf'],
  '@myriaddreamin/': ['templates'],
  'pdfjs-dist': ['feature'],
  'workbox-': ['app', 'service-worker']
};

/** The room a file of `src` lives in, or null outside. */
export function roomOf(file) {
  const parts = relative(root, file).split(sep);
  if (parts[0] !== 'src') return null;
  if (parts[1] !== 'lib') return parts[1] in allowed ? parts[1] : null;
  const room = (parts[2] ?? '').replace(/\.ts$/, '');
  return room in allowed ? room : null;
}

/** The room an import leads to: null for packages. */
export function targetRoom(file, specifier) {
  if (specifier.startsWith('#lib/')) return roomOf(resolve(root, 'src/lib', specifier.slice(5)));
  if (specifier.startsWith('.')) return roomOf(resolve(dirname(file), specifier));
  return null;
}

/** Why this import is not allowed, or null. */
export function objection(file, specifier) {
  const from = roomOf(file);
  if (from === null) return null;
  const to = targetRoom(file, specifier);
  if (to !== null && to !== from && !allowed[from].includes(to)) return `${from} must not import ${to}`;
  for (const [name, rooms] of Object.entries(packages)) {
    const hit =
      name.endsWith('/') || name.endsWith('-')
        ? specifier.startsWith(name)
        : specifier === name || specifier.startsWith(`${name}/`);
    if (hit && !rooms.includes(from)) return `only ${rooms.join(', ')} may import ${name}`;
  }
  return null;
}

/** ESLint rule `local/directions`. Tests may import what they like. */
export const directions = {
  meta: { type: 'problem', schema: [], messages: { no: '{{why}} (architecture.md, Directions)' } },
  create(context) {
    const file = context.filename;
    if (/\.test\.ts$/.test(file)) return {};
    const look = (node) => {
      const source = node.source;
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const why = objection(file, source.value);
      if (why !== null) context.report({ node: source, messageId: 'no', data: { why } });
    };
    return {
      ImportDeclaration: look,
      ImportExpression: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look
    };
  }
};
