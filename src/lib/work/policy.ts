/**
 * The one Trusted Types policy of the app (`security.md` W1): no script URL reaches the browser but a worker
 * of this origin's own build. `new Worker(string)` and `serviceWorker.register(string)` throw under the CSP.
 */

/** Paths that may run as a worker: the build's own (hashed) worker files and the service worker. */
const BUILT = /^\/(?:_app\/immutable\/(?:workers|assets)\/[a-z-]+\.worker[\w.-]*\.m?js|service-worker\.js)$/;
/** What the same files are called while developing and in browser tests. */
const DEVELOPED =
  /^\/(?:src\/lib\/[a-z/-]+\.worker\.ts|node_modules\/pdfjs-dist\/build\/pdf\.worker(?:\.min)?\.mjs|src\/service-worker\/index\.ts)$/;

/** Whether a worker may be made from this URL: same origin, and in the closed list. */
export function allowedScript(url: string, origin: string, developing = false): boolean {
  const absolute = new URL(url, origin);
  if (absolute.origin !== origin) return false;
  return BUILT.test(absolute.pathname) || (developing && DEVELOPED.test(absolute.pathname));
}

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy;
}

let policy: ScriptPolicy | null = null;

function check(url: string): string {
  if (!allowedScript(url, location.origin, import.meta.env.DEV)) {
    throw new TypeError(`not a worker of this app: ${url}`);
  }
  return url;
}

/**
 * A worker URL as the browser accepts it (a TrustedScriptURL where the browser has them); typed as string,
 * because that is what DOM typings of `Worker` and `register` ask for. Throws TypeError outside the list.
 */
export function scriptUrl(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (factory === undefined) return check(url);
  policy ??= factory.createPolicy('countersign', { createScriptURL: check });
  return policy.createScriptURL(url) as string;
}

/** Starts a module worker of this app; `name` is what developer tools show. Throws TypeError outside the list. */
export function startWorker(url: string, name: string): Worker {
  return new Worker(scriptUrl(url), { type: 'module', name });
}
