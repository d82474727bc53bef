/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * The app without a network: pages and their code from the precache, heavy parts from a second cache once
 * they were used. It imports nothing of the app, never stores or logs the address of a navigation, and takes
 * over from an older version only when the person asks (`offline.md`, "The shell").
 */
import { build, files, prerendered, version } from '$service-worker';
import { PrecacheController } from 'workbox-precaching';
import { contentsOf, pageFor } from './contents.ts';
import { SHARED_CACHE, SHARED_FILE, type ShellAnswer, type ShellRequest } from './protocol.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by `scripts/offline-parts.js`; Kit's `build` lacks what workers load. */
declare const OFFLINE_PARTS: readonly string[] | undefined;

/** A path of the app that no page is prerendered for: the server answers it with the fallback page. */
const FALLBACK = '/documents/-';
/** The workspace's root and the roots of its time authority. */
const ROOTS = ['/ca.pem', '/time-ca.pem'];
/** Where a file that another app shares arrives (the manifest's `share_target`); it never reaches the server. */
const OPEN = '/open';
/** Hashed names: one cache over all versions, tidied at each activation. */
const LATER_CACHE = 'countersign-later';
const ROOT_CACHE = 'countersign-root';

const contents = contentsOf(typeof OFFLINE_PARTS === 'undefined' ? build : OFFLINE_PARTS);
const precache = new PrecacheController({ cacheName: 'countersign-shell' });
precache.addToCacheList([
  ...contents.shell.map((url) => ({ url, revision: null })),
  ...[...files, ...prerendered, FALLBACK].map((url) => ({ url, revision: version }))
]);

self.addEventListener('install', (event) => {
  void precache.install(event);
  event.waitUntil(Promise.all(ROOTS.map(keepRoots)).catch(() => undefined));
});

self.addEventListener('activate', (event) => {
  void precache.activate(event);
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === 'POST' && pathname === OPEN) {
    event.respondWith(receiveShared(request));
    return;
  }
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    const page = pageFor(pathname, prerendered, FALLBACK);
    if (page !== null) event.respondWith(precached(page));
  } else if (ROOTS.includes(pathname)) {
    event.respondWith(rootCertificates(pathname));
  } else if (precache.getCacheKeyForURL(pathname) !== undefined) {
    event.respondWith(precached(pathname));
  } else if (pathname.startsWith('/_app/immutable/')) {
    event.respondWith(kept(pathname));
  }
});

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const request = (event.data ?? {}) as Partial<ShellRequest> & { type?: string };
  // workbox-window says it so.
  if (request.type === 'SKIP_WAITING') void self.skipWaiting();
  if (request.kind === 'check' || request.kind === 'make-ready') {
    const fetching = request.kind === 'make-ready';
    event.waitUntil(readiness(fetching).then((answer) => event.ports[0]?.postMessage(answer)));
  }
});

/** From the precache; a file that went missing there is fetched, and not kept, since it has no checked home. */
async function precached(url: string): Promise<Response> {
  return (await precache.matchPrecache(url)) ?? fetch(url);
}

/** Immutable: what was fetched once is never asked for again. */
async function kept(path: string): Promise<Response> {
  const cache = await caches.open(LATER_CACHE);
  const found = await cache.match(path);
  if (found !== undefined) return found;
  const response = await fetch(path);
  // A full disk must not cost the answer that is already here.
  if (response.ok) await cache.put(path, response.clone()).catch(() => undefined);
  return response;
}

/** Lays the shared file where `/open` takes it from, and leads there. The address says nothing of it. */
async function receiveShared(request: Request): Promise<Response> {
  try {
    const file = (await request.formData()).get('file');
    if (file instanceof File) {
      const cache = await caches.open(SHARED_CACHE);
      const headers = { 'content-type': file.type, 'x-name': encodeURIComponent(file.name) };
      await cache.put(SHARED_FILE, new Response(file, { headers }));
    }
  } catch (error) {
    // The page then asks for the file: nothing is lost, the other app still has it.
    console.error('shared file', error);
  }
  return Response.redirect(OPEN, 303);
}

async function keepRoots(path: string): Promise<Response> {
  const response = await fetch(path, { cache: 'no-store' });
  if (response.ok) {
    const cache = await caches.open(ROOT_CACHE);
    await cache.put(path, response.clone()).catch(() => undefined);
  }
  return response;
}

/** The network's word first, the last known without one. */
async function rootCertificates(path: string): Promise<Response> {
  try {
    return await keepRoots(path);
  } catch (error) {
    const known = await caches.match(path, { cacheName: ROOT_CACHE });
    if (known !== undefined) return known;
    throw error;
  }
}

/** Removes files of former builds. */
async function tidy(): Promise<void> {
  const cache = await caches.open(LATER_CACHE);
  const wanted = new Set([...contents.later, ...contents.extra]);
  for (const { url } of await cache.keys()) {
    if (!wanted.has(new URL(url).pathname)) await cache.delete(url);
  }
}

/** Looks whether everything is really there, after fetching what is missing when asked to. */
async function readiness(fetching: boolean): Promise<ShellAnswer> {
  const cache = await caches.open(LATER_CACHE);
  const missing = async () => {
    const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
    return contents.later.filter((path) => !there.has(path));
  };
  let failed = false;
  if (fetching) {
    const queue = await missing();
    const work = async () => {
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
        try {
          await cache.add(path);
        } catch {
          failed = true;
        }
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  }
  const shell = precache.getCachedURLs();
  let absent = (await missing()).length;
  for (const url of shell) if ((await precache.matchPrecache(url)) === undefined) absent += 1;
  return { missing: absent, total: contents.later.length + shell.length, failed };
}
