/// <reference lib="webworker" />
// One order, one time: what the app's own worker does, its peer, and the least any browser signer must pay.
import { CryptoKeySigner, PDF } from '@libpdf/core';
import { columnLayout } from '../../src/cli/column.ts';
import { freshKey, sampleInput, type FreshKey } from '../../src/cli/signing.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { blobSource } from '../../src/lib/work/blob-source.ts';
import { prepareFonts, withFonts } from '../../src/lib/work/fonts.ts';
import { runTask, type Surroundings } from '../../src/lib/work/pdf-tasks.ts';

export interface Order {
  readonly kind: 'reference' | 'freeze' | 'sign' | 'verify' | 'libpdf';
  readonly file: File;
}

export interface Answer {
  readonly ms: number;
  /** Bytes added to the file; 0 where nothing is written. */
  readonly added: number;
  readonly error: string | null;
}

let made: Promise<{ key: FreshKey; pair: CryptoKeyPair; certificate: Uint8Array }> | null = null;

async function signer() {
  const key = await freshKey('Party A', Date.now());
  // The peer wants the CryptoKey itself; its certificate need not belong to it for the time to be the same.
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
  return { key, pair, certificate: key.certificate };
}

async function run(order: Order): Promise<number> {
  const { file, kind } = order;
  const { key, pair, certificate } = await (made ??= signer());
  const around: Surroundings = {
    open: blobSource,
    withFonts,
    prepareFonts,
    now: () => Date.now(),
    provider: webProvider,
    sign: (attributes) => key.sign(attributes),
    stamp: () => Promise.resolve(null),
    random: (count) => crypto.getRandomValues(new Uint8Array(count))
  };
  switch (kind) {
    case 'reference':
      await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      return 0;
    case 'freeze': {
      const layout = columnLayout(openPdf(blobSource(file)), 2);
      const written = (await runTask({ kind: 'freeze', file, layout }, around)) as { size: number };
      return written.size - file.size;
    }
    case 'sign': {
      const input = sampleInput(columnLayout(openPdf(blobSource(file)), 2), 'A', certificate, Date.now());
      const signed = (await runTask({ kind: 'sign', file, input, timestampRoom: 0 }, around)) as {
        size: number;
      };
      return signed.size - file.size;
    }
    case 'verify':
      await runTask({ kind: 'verify', name: file.name, file, options: {} }, around);
      return 0;
    case 'libpdf': {
      const pdf = await PDF.load(new Uint8Array(await file.arrayBuffer()));
      const peer = new CryptoKeySigner(pair.privateKey, certificate, 'EC', 'ECDSA');
      const { bytes } = await pdf.sign({ signer: peer, fieldName: 'peer' });
      const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
      return blob.size - file.size;
    }
  }
}

onmessage = async ({ data }: MessageEvent<Order>): Promise<void> => {
  await (made ??= signer());
  const since = performance.now();
  try {
    const added = await run(data);
    postMessage({ ms: performance.now() - since, added, error: null } satisfies Answer);
  } catch (error) {
    postMessage({ ms: 0, added: 0, error: String(error) } satisfies Answer);
  }
};
