import type { ByteSource } from '#lib/bytes/source.ts';
import { joinedSource } from '#lib/bytes/joined-source.ts';
import { selfSignedCertificate, serialFrom } from '#lib/pki/authority.ts';
import { hashesOfSource, hashSource, webProvider } from '#lib/pki/provider-web.ts';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { openPdf } from '#lib/pdf/document.ts';
import { freeze } from '#lib/sign/freeze.ts';
import type { Layout, Picture, SignInput } from '#lib/sign/layout.ts';
import { prepareSignature } from '#lib/sign/signature.ts';
import type { ValidationData } from '#lib/sign/archive.ts';
import { TimestampError, type CheckedToken } from '#lib/sign/timestamp.ts';
import { isSound, SelfCheckError, standsAsBefore } from '#lib/verify/self-check.ts';
import { verifyFile } from '#lib/verify/verify.ts';
import { columnLayout, type Place } from './column.ts';
import type { PartyKey } from './pkcs12-key.ts';
import { appendTimestamp, archiveData, askAuthority, roomFor, type Authority } from './timestamping.ts';

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

/** Something that did not come to be although the file was signed. */
export interface Notice {
  readonly code: string;
  readonly message: string;
}

/** A time authority that answered once. */
export interface TimeWish {
  readonly authority: Authority;
  /** A token of its: how long they are, and who signs them. */
  readonly sample: CheckedToken;
  /** After the last signature the validation data and a document timestamp (PAdES-B-LTA). */
  readonly archive: boolean;
  /** What the caller has for the archive. */
  readonly data: ValidationData;
}

/**
 * The tail that signs `source` for one party. `password` opens an encrypted file; with `time` the signature
 * carries a timestamp, or `notices` gets why it does not.
 */
export async function signOnce(
  source: ByteSource,
  input: SignInput,
  fonts: FontSet,
  sign: FreshKey['sign'],
  { password, time = null, notices = [] }: Surroundings = {}
): Promise<Uint8Array> {
  const doc = openPdf(source, password === undefined ? {} : { password });
  const timestampRoom = time === null ? 0 : roomFor(time.sample);
  const prepared = prepareSignature(doc, input, fonts, { timestampRoom });
  const covered = joinedSource(source, ...prepared.covered);
  const digest = await hashSource(covered, prepared.hash);
  const signature = await sign(prepared.attributes(digest));
  if (time === null) return prepared.finish(signature);
  const token = await orNotice(notices, async () => {
    const imprint = await webProvider.hash('SHA-256', prepared.stamped(signature));
    const { token } = await askAuthority(time.authority, imprint);
    if (!prepared.hasRoomFor(token.length)) throw new TimestampError('too-large', 'a token without room');
    return token;
  });
  return token === null ? prepared.finish(signature) : prepared.finish(signature, token);
}

interface Surroundings {
  readonly password?: string;
  readonly time?: TimeWish | null;
  readonly notices?: Notice[];
}

/** What an authority fails to give is named and done without: the signature counts all the same. */
async function orNotice<T>(notices: Notice[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TimestampError)) throw error;
    notices.push({ code: `timestamp-${error.code}`, message: error.message });
    return null;
  }
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
  readonly kind: 'freeze' | 'signature' | 'archive';
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
  readonly time?: TimeWish | null;
}

export interface Signings {
  readonly tails: Uint8Array[];
  readonly revisions: WrittenRevision[];
  /** Names of the fields that were signed, in order. */
  readonly signatures: string[];
  readonly notices: Notice[];
}

/** Freezes a file and signs it for every party in order, each with a fresh key. Throws PdfError. */
export async function signForAll(
  source: ByteSource,
  parties: number,
  fonts: FontSet,
  now: () => number,
  { password, keys = [], text, stamp, place, time = null }: Wishes = {}
): Promise<Signings> {
  const tails: Uint8Array[] = [];
  const revisions: WrittenRevision[] = [];
  const notices: Notice[] = [];
  const opening = password === undefined ? {} : { password };
  const used: PartyKey[] = [];
  let whole = source;
  const append = (tail: Uint8Array, kind: WrittenRevision['kind'], since: number): void => {
    tails.push(tail);
    whole = joinedSource(source, ...tails);
    revisions.push({ end: whole.size, kind, ms: Math.round(performance.now() - since) });
  };
  let since = performance.now();
  const doc = openPdf(source, opening);
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
    used.push(key);
    append(await signOnce(whole, input, fonts, key.sign, { ...opening, time, notices }), 'signature', since);
  }
  if (time?.archive === true) {
    since = performance.now();
    const roots = used.flatMap(({ root }) => (root === null ? [] : [root]));
    const own = { ...time.data, certificates: [...time.data.certificates, ...roots] };
    const data = archiveData(whole, own, time.sample, password);
    const tail = await orNotice(notices, () => appendTimestamp(whole, time.authority, { ...opening, data }));
    if (tail !== null) append(tail, 'archive', since);
  }
  const signatures = layout.fields.flatMap(({ kind, name = '' }) => (kind === 'signature' ? [name] : []));
  return { tails, revisions, signatures, notices };
}

/**
 * The same, and the result read by our own verifier before anybody gets it (`signing.md`, rule 3). Throws also
 * SelfCheckError.
 */
export async function signAndCheck(...call: Parameters<typeof signForAll>): Promise<Signings> {
  const [source, , , now, wishes = {}] = call;
  const signings = await signForAll(...call);
  const options = { now: now(), ...(wishes.password === undefined ? {} : { password: wishes.password }) };
  const judge = (file: ByteSource) => verifyFile('', file, webProvider, options, hashesOfSource(file));
  const after = await judge(joinedSource(source, ...signings.tails));
  if (isSound(after) && after.signatures.length >= signings.signatures.length) return signings;
  // What came in with signatures that do not hold is signed all the same, if none holds less than before.
  if (!standsAsBefore(await judge(source), after, signings.signatures)) throw new SelfCheckError(after);
  return signings;
}

async function freshParty(name: string, now: number): Promise<PartyKey> {
  const { certificate, sign } = await freshKey(name, now);
  return { name, certificates: [certificate], root: null, pss: false, sign };
}
