// The limits of P1 that are met by who signs or verifies; those that reading a file meets stand in p4.test.ts.
import { describe, expect, test } from 'vitest';
import { statedSize } from '../../src/lib/sign/picture-size.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { bitString, nullValue, oid, sequence, unsigned } from '../../src/lib/asn1/der.ts';
import { Appender } from '../../src/lib/pdf/append.ts';
import { addPicture } from '../../src/lib/pdf/appearance/picture.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { PdfError } from '../../src/lib/pdf/error.ts';
import { defaultLimits, type Limits } from '../../src/lib/pdf/limits.ts';
import type { Check, CheckAnswer } from '../../src/lib/pki/check.ts';
import { Oid } from '../../src/lib/pki/oid.ts';
import { PKCS12_LIMITS } from '../../src/lib/pki/pkcs12.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { AVIF, avifOf } from '../vectors/avif.ts';
import { signedContract } from '../vectors/signed.ts';
import { vector } from '../vectors/vectors.ts';
import { appendTable } from '../vectors/write.ts';

const NOW = Date.UTC(2026, 0, 6);

test('the numbers are those of the rule', () => {
  expect(defaultLimits).toMatchObject({
    fileSize: 100 * 2 ** 20,
    objects: 2_000_000,
    revisions: 1_000,
    nesting: 100,
    pageTreeDepth: 64,
    pages: 20_000,
    objectStreamCount: 100_000,
    objectStreamChain: 100,
    filters: 4,
    inflatedStructure: 64 * 2 ** 20,
    inflatedStream: 256 * 2 ** 20,
    inflatedTotal: 512 * 2 ** 20,
    ratio: 1_000,
    ratioFrom: 10 * 2 ** 20,
    stringLength: 32 * 2 ** 20,
    signatureFields: 500,
    contents: 2 ** 20,
    certificates: 200,
    signatureChecks: 1_000,
    imagePixels: 64_000_000
  });
  expect(PKCS12_LIMITS.rounds).toBe(10_000_000);
});

describe('signatures to check', () => {
  async function judge(file: Uint8Array, limits: Partial<Limits> = {}) {
    const asked: Check[] = [];
    const provider = {
      ...webProvider,
      check: (checks: readonly Check[]): Promise<CheckAnswer[]> => {
        asked.push(...checks);
        return webProvider.check(checks);
      }
    };
    const { error, verdict } = await verifyFile('a.pdf', memorySource(file), provider, { now: NOW, limits });
    return { error, verdict, asked: asked.length };
  }

  test('as many as are allowed, and not one more', async () => {
    const file = await signedContract();
    const free = await judge(file);
    expect(free.error).toBeNull();
    expect(free.asked).toBeGreaterThan(0);
    expect((await judge(file, { signatureChecks: free.asked })).error).toBeNull();
    const refused = await judge(file, { signatureChecks: free.asked - 1 });
    expect(refused.error?.code).toBe('limit');
    expect(refused.error?.message).toContain(`more than ${free.asked - 1}`);
    expect(refused.asked).toBeLessThan(free.asked);
    expect(refused.verdict).toBe('unreadable');
  });

  test('hundreds of fields that show one signature end it before the work is done', async () => {
    const signed = await signedContract();
    const fields = Array.from({ length: 490 }, (_, i) => 100 + i);
    const objects = new Map<number, string>(fields.map((n) => [n, `<< /FT /Sig /T (again${n}) /V 7 0 R >>`]));
    const all = ['6 0 R', ...fields.map((n) => `${n} 0 R`)].join(' ');
    objects.set(5, `<< /Fields [${all}] /SigFlags 3 >>`);
    const { error, asked } = await judge(appendTable(signed, objects, { root: 1, size: 600 }), {
      signatureChecks: 400
    });
    expect(error?.code).toBe('limit');
    expect(error?.message).toContain('more than 400');
    expect(asked).toBeLessThanOrEqual(400);
  });

  test('a /Contents of more than 1 MB is not parsed', async () => {
    const text = Buffer.from(await signedContract()).toString('latin1');
    const file = Uint8Array.from(
      Buffer.from(text.replace(/\/Contents <([0-9a-f]+)>/, `/Contents <$1${'30'.repeat(2 ** 20)}>`), 'latin1')
    );
    const { error } = await judge(file);
    expect(error?.code).toBe('limit');
    expect(error?.message).toContain(`more than ${2 ** 20}`);
  });
});

describe('pictures', () => {
  /** A frame header and nothing behind it. */
  const jpeg = (width: number, height: number) =>
    Uint8Array.of(
      ...[0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3],
      ...new Array<number>(30).fill(0)
    );
  const put = (width: number, height: number, limits: Partial<Limits> = {}): string => {
    const appender = new Appender(openPdf(memorySource(vector('xref-table')), { limits }));
    try {
      addPicture(appender, { kind: 'jpeg', bytes: jpeg(width, height), width: 1, height: 1 });
      return 'taken';
    } catch (error) {
      if (error instanceof PdfError) return `${error.code}: ${error.message}`;
      throw error;
    }
  };
  test('a JPEG of 42 bytes that says it has four gigapixels stays out; its own header counts', () => {
    expect(put(65_000, 65_000)).toMatch(/^limit: .*more than 64000000$/);
    expect(put(8_000, 8_000)).toBe('taken');
    expect(put(8_001, 8_000)).toMatch(/^limit/);
    expect(put(11, 10, { imagePixels: 100 })).toMatch(/^limit: .*more than 100$/);
  });
  test('raw pixels are counted before they are packed', () => {
    const appender = new Appender(openPdf(memorySource(vector('xref-table'))));
    const rgb = new Uint8Array(0);
    expect(() =>
      addPicture(appender, { kind: 'rgb', width: 2 ** 20, height: 2 ** 20, rgb, alpha: null })
    ).toThrow(expect.objectContaining({ code: 'limit' }));
  });
  test('a photo’s size is read from its header, before the browser unpacks it', () => {
    const ascii = (text: string) => [...text].map((sign) => sign.charCodeAt(0));
    const padded = (...bytes: number[]) => Uint8Array.from([...bytes, ...new Array<number>(40).fill(0)]);
    const size = { width: 0x0201, height: 0x0403 };
    expect(statedSize(jpeg(500, 300))).toMatchObject({ width: 500, height: 300 });
    expect(
      statedSize(
        padded(0x89, ...ascii('PNG\r\n\x1a\n'), 0, 0, 0, 13, ...ascii('IHDR'), 0, 0, 2, 1, 0, 0, 4, 3)
      )
    ).toEqual(size);
    expect(statedSize(padded(...ascii('GIF89a'), 1, 2, 3, 4))).toEqual(size);
    expect(
      statedSize(padded(...ascii('BM'), ...new Array<number>(16).fill(0), 1, 2, 0, 0, 0xfd, 0xfb, 0xff, 0xff))
    ).toEqual(size);
    const webp = (kind: string, ...rest: number[]) =>
      statedSize(padded(...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(kind), 0, 0, 0, 0, ...rest));
    expect(webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 1, 2, 3, 4)).toEqual(size);
    expect(webp('VP8L', 0x2f, 0x00, 0x82, 0x00, 0x01)).toEqual({ width: 0x201, height: 0x403 });
    expect(webp('VP8X', 0, 0, 0, 0, 0, 2, 0, 2, 4, 0)).toEqual(size);
    expect(statedSize(AVIF)).toEqual({ width: 20, height: 12 });
    expect(statedSize(avifOf(70_000, 3))).toEqual({ width: 70_000, height: 3 });
    const box = (type: string, ...inside: number[]) => [
      0,
      0,
      0,
      inside.length + 8,
      ...ascii(type),
      ...inside
    ];
    const track = (width: number) => box('trak', ...box('tkhd', 0, 0, 0, 0, 0, width, 0, 0, 0, 9, 0, 0));
    const moving = box('moov', ...track(5), ...track(7), ...track(6));
    expect(statedSize(padded(...box('ftyp', ...ascii('avis')), ...moving))).toEqual({ width: 7, height: 9 });
    // A box that says it is shorter than its own head ends the search.
    expect(statedSize(padded(...box('ftyp', ...ascii('heic')), 0, 0, 0, 3, ...ascii('meta')))).toBeNull();
    expect(statedSize(padded(...ascii('%PDF-1.7')))).toBeNull();
    expect(statedSize(Uint8Array.of(0xff, 0xd8))).toBeNull();
  });
});

describe('RSA keys', () => {
  const EXPONENTS: Readonly<Record<string, bigint>> = {
    '1': 1n,
    '3': 3n,
    '2^33': 1n << 33n,
    '2^33 + 1': (1n << 33n) + 1n,
    '2^2000 + 1': (1n << 2000n) + 1n
  };
  async function answer(bits: number, name: string): Promise<CheckAnswer | undefined> {
    // Odd, with its top bit set: that it has no two prime factors matters to nobody who only checks.
    const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0x55);
    modulus[0] = 1 << ((bits - 1) % 8);
    const hex = (EXPONENTS[name] ?? 0n).toString(16);
    const e = Uint8Array.from(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
    const spki = sequence(
      sequence(oid(Oid.rsaEncryption), nullValue()),
      bitString(sequence(unsigned(modulus), unsigned(e)))
    );
    const question: Check = {
      scheme: { kind: 'rsa-pkcs1', hash: 'SHA-256' },
      spki,
      signed: { digest: new Uint8Array(32) },
      signature: new Uint8Array(modulus.length).fill(1)
    };
    const [sync] = nobleProvider().check([question]);
    expect(await webProvider.check([question])).toEqual([sync]);
    return sync;
  }
  test.each([
    [1023, '3', 'unsupported'],
    [1024, '3', 'invalid'],
    [16384, '3', 'invalid'],
    [16385, '3', 'unsupported'],
    [2048, '2^33', 'invalid'],
    [2048, '2^33 + 1', 'unsupported'],
    [2048, '2^2000 + 1', 'unsupported'],
    [2048, '1', 'unsupported']
  ] as const)('%d bits, exponent %s: %s', async (bits, exponent, expected) => {
    expect(await answer(bits, exponent)).toBe(expected);
  });
});
