import type { ByteSource } from '#lib/bytes/source.ts';
import { joinedSource } from '#lib/bytes/joined-source.ts';
import { openPdf } from '#lib/pdf/document.ts';
import type { Certificate } from '#lib/pki/certificate.ts';
import { hashSource, webProvider } from '#lib/pki/provider-web.ts';
import { missingCertificates, prepareTimestamp, type ValidationData } from '#lib/sign/archive.ts';
import {
  nonceValue,
  readTimestampResponse,
  timestampRequest,
  TimestampError,
  type CheckedToken
} from '#lib/sign/timestamp.ts';

/** A time authority as a command reaches it. */
export interface Authority {
  readonly url: string;
  /** Roots its path must reach; null when nobody named any. */
  readonly roots: readonly Certificate[] | null;
}

const PATIENCE = 10_000;
/** Bytes kept for a token whose length is not known yet: most have less. */
const FIRST_ROOM = 6_144;
/** Tokens of one authority differ by serial numbers, fractions of seconds and ECDSA's own few bytes. */
const SLACK = 24;

/**
 * A checked token over a SHA-256 digest (RFC 3161 over HTTP, §3.4). Throws TimestampError, `refused` when the
 * authority does not answer at all.
 */
export async function askAuthority(authority: Authority, imprint: Uint8Array): Promise<CheckedToken> {
  const nonce = crypto.getRandomValues(new Uint8Array(8));
  let response: Response;
  try {
    response = await fetch(authority.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/timestamp-query' },
      body: Uint8Array.from(timestampRequest(imprint, nonce)),
      signal: AbortSignal.timeout(PATIENCE)
    });
  } catch (error) {
    throw new TimestampError('refused', `no answer: ${String(error)}`);
  }
  if (!response.ok) throw new TimestampError('refused', `status ${response.status}`);
  const asked = readTimestampResponse(new Uint8Array(await response.arrayBuffer()), {
    imprint,
    nonce: nonceValue(nonce),
    now: Date.now(),
    roots: authority.roots
  });
  return asked.accept(await webProvider.check(asked.checks));
}

/** Bytes that a token of this authority takes, with what it may vary. */
export const roomFor = (token: CheckedToken): number => token.token.length + SLACK;

/**
 * The tail with a document timestamp, and with `data` an archive revision. The place is cut to the token:
 * where the first guess was wrong, a second token is asked for. Throws TimestampError, PdfError.
 */
export async function appendTimestamp(
  source: ByteSource,
  authority: Authority,
  options: { readonly password?: string; readonly data?: ValidationData | null; readonly room?: number } = {}
): Promise<Uint8Array> {
  const { password, data = null } = options;
  const doc = openPdf(source, password === undefined ? {} : { password });
  let room = options.room ?? FIRST_ROOM;
  for (let tries = 0; ; tries += 1) {
    const hole = prepareTimestamp(doc, room, data);
    const covered = joinedSource(source, ...hole.covered);
    const imprint = await hashSource(covered, 'SHA-256');
    const token = await askAuthority(authority, imprint);
    const fits = token.token.length <= room && room <= roomFor(token) + 2 * SLACK;
    if (fits || tries > 1) return hole.fill(token.token);
    room = roomFor(token);
  }
}

/** What an archive of the file adds: the caller's roots and revocation lists, and the authority's own path. */
export function archiveData(
  source: ByteSource,
  own: ValidationData,
  authority: CheckedToken,
  password?: string
): ValidationData {
  const doc = openPdf(source, password === undefined ? {} : { password });
  const certificates = missingCertificates(doc, [...authority.certificates, ...own.certificates]);
  return { ...own, certificates };
}
