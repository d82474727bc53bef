/** As the service worker's `protocol.ts` says; the two share no code. */
const SHARED_CACHE = 'countersign-shared';
const SHARED_FILE = '/open/shared';

interface LaunchQueue {
  setConsumer(take: (launch: { readonly files?: readonly FileSystemFileHandle[] }) => void): void;
}

/**
 * A file that the system hands to `/open`: shared by another app (the service worker laid it in a cache), or
 * opened with this app in the file manager. Calls `take` for each; the cache is emptied with it.
 */
export async function receiveArrivals(take: (file: File) => void): Promise<void> {
  const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files = [] }) => {
    const [first] = files;
    if (first !== undefined) void first.getFile().then(take);
  });
  if (!('caches' in globalThis)) return;
  const cache = await caches.open(SHARED_CACHE);
  const found = await cache.match(SHARED_FILE);
  if (found === undefined) return;
  const name = decodeURIComponent(found.headers.get('x-name') ?? '') || 'document.pdf';
  const type = found.headers.get('content-type') ?? '';
  const blob = await found.blob();
  await cache.delete(SHARED_FILE);
  take(new File([blob], name, { type }));
}
