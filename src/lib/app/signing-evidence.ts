import * as v from 'valibot';
import { concat } from '../bytes/concat.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import type { Consent } from '../domain/consent.ts';
import { evidenceSchema, type Evidence } from '../domain/evidence.ts';
import { jcs } from '../domain/jcs.ts';
import { maskAddress, type PartyRecord, type Proof } from '../domain/party.ts';
import type { Mark, Picture } from '../sign/layout.ts';

/** Everything evidence version 1 is made of. Times are UTC milliseconds, hashes lower-case hex. */
export interface EvidenceFacts {
  readonly document: { readonly id: string; readonly title: string };
  readonly originalSha256: string;
  readonly frozenSha256: string;
  readonly party: PartyRecord;
  readonly proof: {
    readonly kind: Proof;
    readonly statement: string | null;
    readonly witness?: string | null;
  };
  readonly certificateSha256: string;
  readonly origin: Evidence['key']['origin'];
  readonly lock: Evidence['key']['lock'];
  readonly consent: Consent & { readonly sha256: string };
  /** When the text stood beside the button that was pressed. */
  readonly consentAt: number;
  /** The button's own words. */
  readonly button: string;
  readonly values: Readonly<Record<string, string>>;
  readonly signature: { readonly kind: Evidence['signature']['kind']; readonly sha256: string | null };
  readonly stampSha256: string | null;
  /** Field name → SHA-256 of the mark or picture in it. */
  readonly images: Readonly<Record<string, string>>;
  readonly device: number;
  /** Milliseconds since the page was loaded. */
  readonly monotonic: number;
  /** When the server last told its time, by its clock, and how long ago that was by the device's. */
  readonly server: { readonly at: number; readonly age: number } | null;
  readonly online: boolean;
  /** IANA name: `Europe/Warsaw`. */
  readonly zone: string;
  readonly app: { readonly version: string; readonly browser: string };
  readonly head: Evidence['head'];
}

/** `2026-05-03T12:05:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}

/**
 * The evidence of one party's signature. Addresses go in masked only (`security.md` E6). Throws a
 * ValiError when a fact does not fit the schema: nothing is signed then.
 */
export function buildEvidence(facts: EvidenceFacts): Evidence {
  const { party } = facts;
  return v.parse(evidenceSchema, {
    v: 1,
    document: facts.document.id,
    title: facts.document.title,
    originalSha256: facts.originalSha256,
    frozenSha256: facts.frozenSha256,
    party: {
      id: party.id,
      letter: party.letter,
      kind: party.kind,
      name: party.name,
      organisation: party.organisation,
      email: party.email ? maskAddress(party.email) : null,
      phone: party.phone ? maskAddress(party.phone) : null
    },
    proof: { ...facts.proof },
    key: { certificate: facts.certificateSha256, origin: facts.origin, lock: facts.lock },
    consent: {
      version: facts.consent.version,
      language: facts.consent.language,
      text: facts.consent.text,
      sha256: facts.consent.sha256,
      at: isoTime(facts.consentAt),
      button: facts.button
    },
    values: { ...facts.values },
    signature: { kind: facts.signature.kind, sha256: facts.signature.sha256 },
    stamp: facts.stampSha256 === null ? null : { sha256: facts.stampSha256 },
    images: { ...facts.images },
    time: {
      device: isoTime(facts.device),
      monotonic: Math.round(facts.monotonic),
      server: facts.server === null ? null : isoTime(facts.server.at),
      serverAge: facts.server === null ? null : Math.round(facts.server.age),
      online: facts.online,
      zone: facts.zone
    },
    app: { version: facts.app.version, browser: facts.app.browser },
    head: facts.head
  });
}

/** As it is deflated into the file: RFC 8785 text. Throws JcsError for what cannot be written canonically. */
export function evidenceText(evidence: Evidence): string {
  return jcs(evidence);
}

/** The bytes a picture is known by: the JPEG as it is, or RGB then alpha. */
export function pictureBytes(picture: Picture): Uint8Array {
  if (picture.kind === 'jpeg') return picture.bytes;
  return picture.alpha === null ? picture.rgb : concat(picture.rgb, picture.alpha);
}

/** The bytes a mark is known by: canonical JSON of a drawing, the text of a typed one, a picture's pixels. */
export function markBytes(mark: Mark): Uint8Array {
  switch (mark.kind) {
    case 'drawn': {
      const { width, height, outlines } = mark.drawing;
      return encodeUtf8(jcs({ width, height, outlines }));
    }
    case 'typed':
      return encodeUtf8(mark.text);
    case 'uploaded':
      return pictureBytes(mark.picture);
  }
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari']
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux']
];

/** `Chrome on Android`: families only, for a full user agent would tell more than is needed (E6). */
export function browserFamily(userAgent: string): string {
  const name = (table: typeof BROWSERS) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  return `${name(BROWSERS) ?? 'another browser'} on ${name(SYSTEMS) ?? 'another system'}`;
}
