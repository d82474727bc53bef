import type { ByteSource } from '#lib/bytes/source.ts';
import { joinedSource } from '#lib/bytes/joined-source.ts';
import { selfSignedCertificate, serialFrom } from '#lib/pki/authority.ts';
import { hashSource } from '#lib/pki/provider-web.ts';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { openPdf } from '#lib/pdf/document.ts';
import { freeze } from '#lib/sign/freeze.ts';
import type { Layout, Picture, SignInput } from '#lib/sign/layout.ts';
import { prepareSignature } from '#lib/sign/signature.ts';
import { columnLayout, type Place } from './column.ts';
import type { PartyKey } from './pkcs12-key.ts';

/** A key made for one signature, with a certificate by its own word. */
export interface FreshKey {
  /** DER. */
  readonly certificate: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export async function freshKey(name: string, now: number): Promise<FreshKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const sign = async (bytes: Uint8Array) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, Uint8Array.from(bytes))
    );
  const serial = serialFrom(crypto.getRandomValues(new Uint8Array(16)));
  const certificate = selfSignedCertificate({ name, organization: '', email: null, spki, serial, now });
  return { certificate: certificate.finish(await sign(certificate.bytes)), sign };
}

/** The tail that signs `source` for one party. `password` opens an encrypted file. */
export async function signOnce(
  source: ByteSource,
  input: SignInput,
  fonts: FontSet,
  sign: FreshKey['sign'],
  password?: string
): Promise<Uint8Array> {
  const prepared = prepareSignature(
    openPdf(source, password === undefined ? {} : { password }),
    input,
    fonts
  );
  const covered = joinedSource(source, ...prepared.covered);
  const digest = await hashSource(covered, prepared.hash);
  return prepared.finish(await sign(prepared.attributes(digest)));
}

/** A round blue stamp with a hole, 48 × 48, transparent around. */
export function sampleStamp(): Picture {
  const side = 48;
  const rgb = new Uint8Array(side * side * 3);
  const alpha = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const distance = Math.hypot(x - 23.5, y - 23.5);
      rgb.set([30, 60, 160], (y * side + x) * 3);
      alpha[y * side + x] = (distance > 17 && distance < 23) || distance < 6 ? 255 : 0;
    }
  }
  return { kind: 'rgb', width: side, height: side, rgb, alpha };
}

/** What somebody else's wishes do not say: a text, a picture, a typed name for each field. */
export function sampleInput(
  layout: Layout,
  letter: string,
  certificate: Uint8Array,
  at: number,
  { name = `Party ${letter}`, text = `Agreed by ${name}`, stamp = sampleStamp() }: SampleWishes = {}
): SignInput {
  const own = layout.fields.filter((field) => field.party === letter);
  const named = (kind: string) => own.flatMap((field) => (field.kind === kind ? [field.name ?? ''] : []));
  return {
    partyLetter: letter,
    values: Object.fromEntries(named('text').map((field) => [field, text])),
    marks: Object.fromEntries(named('signature').map((field) => [field, { kind: 'typed', text: name }])),
    stamps: Object.fromEntries(named('stamp').map((field) => [field, stamp])),
    signerName: name,
    reason: null,
    location: null,
    at,
    evidence: null,
    certificates: [certificate]
  };
}

interface SampleWishes {
  readonly name?: string;
  readonly text?: string;
  readonly stamp?: Picture;
}

export interface WrittenRevision {
  /** Offset behind its last byte. */
  readonly end: number;
  readonly kind: 'freeze' | 'signature';
  readonly ms: number;
}

/** What a caller wants otherwise than by default. */
export interface Wishes {
  /** Opens an encrypted file. */
  readonly password?: string;
  /** Keys of the parties in order, the last one for all that remain; fresh ones when there are none. */
  readonly keys?: readonly PartyKey[];
  /** For every text field. */
  readonly text?: string;
  readonly stamp?: Picture;
  readonly place?: Place;
}

/** Freezes a file and signs it for every party in order, each with a fresh key. Throws PdfError. */
export async function signForAll(
  source: ByteSource,
  parties: number,
  fonts: FontSet,
  now: () => number,
  { password, keys = [], text, stamp, place }: Wishes = {}
): Promise<{ tails: Uint8Array[]; revisions: WrittenRevision[] }> {
  const tails: Uint8Array[] = [];
  const revisions: WrittenRevision[] = [];
  let whole = source;
  const append = (tail: Uint8Array, kind: WrittenRevision['kind'], since: number): void => {
    tails.push(tail);
    whole = joinedSource(source, ...tails);
    revisions.push({ end: whole.size, kind, ms: Math.round(performance.now() - since) });
  };
  let since = performance.now();
  const doc = openPdf(source, password === undefined ? {} : { password });
  const layout = columnLayout(doc, parties, place);
  append(freeze(doc, layout), 'freeze', since);
  for (const [index, { letter }] of layout.parties.entries()) {
    since = performance.now();
    const key = keys[Math.min(index, keys.length - 1)] ?? (await freshParty(`Party ${letter}`, now()));
    const certificate = key.certificates[0] ?? new Uint8Array(0);
    const wishes = {
      name: key.name,
      ...(text === undefined ? {} : { text }),
      ...(stamp === undefined ? {} : { stamp })
    };
    const sample = sampleInput(layout, letter, certificate, now(), wishes);
    const input = { ...sample, certificates: key.certificates, pss: key.pss };
    append(await signOnce(whole, input, fonts, key.sign, password), 'signature', since);
  }
  return { tails, revisions };
}

async function freshParty(name: string, now: number): Promise<PartyKey> {
  const { certificate, sign } = await freshKey(name, now);
  return { name, certificates: [certificate], root: null, pss: false, sign };
}
