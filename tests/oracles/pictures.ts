// Pages as other programs draw them: poppler, pdf.js in Chromium, and Chromium's own text for comparison.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { Box } from '../../src/lib/domain/field.ts';
import { chromiumArgs, chromiumPath } from '../chromium.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Below this a pixel is ink. */
export const INK = 140;

/** Gray pixels, 255 white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number;
}

function picture(width: number, height: number, pixels: Uint8Array): Picture {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  return { width, height, at: (x, y) => (inside(x, y) ? (pixels[y * width + x] ?? 255) : 255) };
}

/** Page 1 by poppler, `dpi / 72` pixels a point of the crop box. */
export function popplerPage(file: string, dpi = 72): Picture {
  const pgm = execFileSync('pdftoppm', ['-r', String(dpi), '-gray', '-cropbox', '-f', '1', '-l', '1', file], {
    maxBuffer: 1 << 28
  });
  const [, width = '0', height = '0'] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 40).toString('latin1')) ?? [];
  const [w, h] = [Number(width), Number(height)];
  return picture(w, h, pgm.subarray(pgm.length - w * h));
}

export function inkIn(page: Picture, box: Box): number {
  let count = 0;
  for (let y = Math.floor(box.y); y < Math.min(page.height, box.y + box.h); y += 1) {
    for (let x = Math.floor(box.x); x < Math.min(page.width, box.x + box.w); x += 1) {
      if (page.at(x, y) < INK) count += 1;
    }
  }
  return count;
}

/** The part of a page that a box (in points) shows. */
export function cut(page: Picture, box: Box, scale: number): Picture {
  const [left, top] = [Math.round(box.x * scale), Math.round(box.y * scale)];
  const [width, height] = [Math.round(box.w * scale), Math.round(box.h * scale)];
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  return { width, height, at: (x, y) => (inside(x, y) ? page.at(left + x, top + y) : 255) };
}

interface Ink {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The rectangle around all ink, or null without any. */
export function inkBounds({ width, height, at }: Picture): Ink | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (at(x, y) >= INK) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return right < 0 ? null : { left, top, right, bottom };
}

/**
 * How alike the ink of two pictures is, 0 to 1: of each one's ink pixels the part that has ink of the other
 * within a pixel, after their upper left corners of ink are laid on one another.
 */
export function likeness(a: Picture, b: Picture): number {
  const [inA, inB] = [inkBounds(a), inkBounds(b)];
  if (inA === null || inB === null) return 0;
  const part = (from: Picture, to: Picture, of: Ink, onto: Ink) => {
    const [right, down] = [onto.left - of.left, onto.top - of.top];
    const near = (x: number, y: number) => {
      for (let dy = -1; dy <= 1; dy += 1)
        for (let dx = -1; dx <= 1; dx += 1) if (to.at(x + dx, y + dy) < INK) return true;
      return false;
    };
    let [ink, met] = [0, 0];
    for (let y = of.top; y <= of.bottom; y += 1) {
      for (let x = of.left; x <= of.right; x += 1) {
        if (from.at(x, y) >= INK) continue;
        ink += 1;
        if (near(x + right, y + down)) met += 1;
      }
    }
    return met / ink;
  };
  return Math.min(part(a, b, inA, inB), part(b, a, inB, inA));
}

export interface Browser {
  /** Page 1 as pdf.js draws it, with forms not interactive, `scale` pixels a point. */
  pdfPage(file: Uint8Array, scale: number): Promise<Picture>;
  /** The text of page 1 as pdf.js finds it, one string an item. */
  pdfText(file: Uint8Array): Promise<string[]>;
  /** A line of text that Chromium lays out itself, black on white, in font files by their paths. */
  textLine(text: string, fonts: readonly string[], size: number): Promise<Picture>;
  close(): Promise<void>;
}

const PAGE = `<!doctype html><script type="module">
import * as pdfjs from '/node_modules/pdfjs-dist/build/pdf.min.mjs';
pdfjs.GlobalWorkerOptions.workerSrc = '/node_modules/pdfjs-dist/build/pdf.worker.min.mjs';
const gray = (context, width, height) => {
  const { data } = context.getImageData(0, 0, width, height);
  let text = '';
  for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(Math.round((data[i] + data[i + 1] + data[i + 2]) / 3));
  return { width, height, pixels: btoa(text) };
};
const open = async () => {
  const data = new Uint8Array(await (await fetch('/file.pdf', { cache: 'no-store' })).arrayBuffer());
  const base = location.origin + '/node_modules/pdfjs-dist/';
  return pdfjs.getDocument({ data, standardFontDataUrl: base + 'standard_fonts/', wasmUrl: base + 'wasm/', useSystemFonts: false }).promise;
};
window.pdfPage = async (scale) => {
  const page = await (await open()).getPage(1);
  const viewport = page.getViewport({ scale });
  const canvas = new OffscreenCanvas(Math.floor(viewport.width), Math.floor(viewport.height));
  await page.render({ canvas: null, canvasContext: canvas.getContext('2d'), viewport }).promise;
  return gray(canvas.getContext('2d'), canvas.width, canvas.height);
};
window.pdfText = async () => {
  const page = await (await open()).getPage(1);
  const annotations = await page.getAnnotations();
  return annotations.flatMap(({ textContent }) => (textContent ?? []).filter((line) => line !== ''));
};
window.textLine = async (text, fonts, size) => {
  const families = [];
  for (const [i, path] of fonts.entries()) {
    const family = 'T' + i + path.replace(/\\W/g, '');
    document.fonts.add(await new FontFace(family, 'url(' + path + ')').load());
    families.push(family);
  }
  const canvas = new OffscreenCanvas(1, Math.ceil(size * 3));
  const context = canvas.getContext('2d');
  const font = size + 'px ' + families.join(', ');
  context.font = font;
  // A canvas that is resized forgets all else.
  canvas.width = Math.ceil(context.measureText(text).width + 2 * size);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  context.font = font;
  context.direction = /^[^A-Za-z]*[\\u0590-\\u08ff]/.test(text) ? 'rtl' : 'ltr';
  context.textAlign = 'left';
  context.fillText(text, size, size * 2);
  return gray(context, canvas.width, canvas.height);
};
document.title = 'ready';
</script>`;

interface Gray {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}
type Call = 'pdfPage' | 'pdfText' | 'textLine';

/** A Chromium with pdf.js in it; it reaches nothing but files of this folder. */
export async function startBrowser(): Promise<Browser> {
  let file: Uint8Array = new Uint8Array(0);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const type = /\.m?js$/.test(path)
      ? 'text/javascript'
      : /\.wasm$/.test(path)
        ? 'application/wasm'
        : 'text/html';
    response.setHeader('content-type', type);
    if (path === '/') response.end(PAGE);
    else if (path === '/file.pdf') response.end(file);
    else if (existsSync(join(root, path))) response.end(readFileSync(join(root, path)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => document.title === 'ready');
  const call = <T>(name: Call, ...args: unknown[]): Promise<T> =>
    page.evaluate(
      ([which, given]) =>
        (globalThis as unknown as Record<string, (...all: unknown[]) => Promise<T>>)[which as string]?.(
          ...(given as unknown[])
        ) as Promise<T>,
      [name, args]
    );
  const drawn = ({ width, height, pixels }: Gray) => picture(width, height, Buffer.from(pixels, 'base64'));
  return {
    async pdfPage(bytes, scale) {
      file = bytes;
      return drawn(await call<Gray>('pdfPage', scale));
    },
    async pdfText(bytes) {
      file = bytes;
      return call<string[]>('pdfText');
    },
    async textLine(text, fonts, size) {
      return drawn(await call<Gray>('textLine', text, fonts, size));
    },
    async close() {
      await browser.close();
      await new Promise((done) => server.close(done));
    }
  };
}
