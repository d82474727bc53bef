import * as v from 'valibot';
import { equalBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { CmsError } from '../cms/error.ts';
import { readStatement } from '../cms/statement.ts';
import {
  DEVICE_EVENTS,
  deviceEventsSchema,
  EVENT_START,
  eventText,
  historySchema,
  type DeviceEvents,
  type History,
  type HistoryEvent
} from '../domain/event.ts';
import { jcs, JcsError, parseJcs, type Json } from '../domain/jcs.ts';
import { headsSchema } from '../domain/receipt.ts';
import { readCertificates } from '../cms/signer.ts';
import { certificateCheck, type Certificate } from '../pki/certificate.ts';
import type { CryptoProvider } from '../pki/check.ts';
import { hashBytes } from '../pki/hash.ts';
import { type Asking, nothing } from './question.ts';
import type { Report } from './report.ts';
import { answered } from './verify.ts';

/** Longest history read, characters. */
export const HISTORY_LIMIT = 32 * 1024 * 1024;

/** Reads an exported history; null when the text is none. */
export function readHistory(text: string): History | null {
  if (text.length > HISTORY_LIMIT) return null;
  try {
    const parsed = v.safeParse(historySchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** What is wrong with a history, and where. `seq`: the event, null where it is about the whole. */
export interface HistoryFault {
  readonly code:
    /** An event's text is not what its hash is over: it was edited. */
    | 'edited'
    /** An event does not follow the one before: something was removed, inserted or moved. */
    | 'order'
    /** It does not begin at the beginning. */
    | 'beginning'
    /** Device events: the statement is missing, not signed by its key, or says something else. */
    | 'device-statement'
    /** The signed head is of another history or not signed by the server it names. */
    | 'head'
    /** A signature in a file was made over another history than this one. */
    | 'signature-head'
    /** A signature is recorded whose file is another one. */
    | 'signature-file';
  readonly seq: number | null;
  /** The PDF that shows it. */
  readonly file?: string;
}

export interface HistoryReport {
  readonly document: string;
  readonly title: string;
  readonly events: number;
  /** Entries of which only the hash is known (R3). */
  readonly lost: number;
  /** The newest event's hash; null for an empty history. */
  readonly head: string | null;
  readonly faults: readonly HistoryFault[];
  /** Device events whose signature holds. */
  readonly signedByDevices: number;
  /**
   * How far something held outside of the history confirms it: the highest seq that a signature in a given PDF
   * or the server's signed head names. Later events could be missing or made up without notice. Null: nothing.
   */
  readonly anchored: number | null;
  /** Who signed the head: a server whose statement key one of the reader's roots certifies, one unknown, or nobody. */
  readonly server: 'trusted' | 'unknown' | 'none';
}

const sha256 = (text: string): string => toHex(hashBytes('SHA-256', encodeUtf8(text)));

/** A hash-only entry (R3) has no text; its place and hash stand, what follows must name its hash. */
function chainFaults(events: readonly HistoryEvent[], document: string): HistoryFault[] {
  const faults: HistoryFault[] = [];
  let prev = EVENT_START;
  events.forEach((event, i) => {
    const { seq, kind, actor, at, data } = event;
    if (i === 0 && (seq !== 0 || event.prev !== EVENT_START)) faults.push({ code: 'beginning', seq });
    else if (i > 0 && (seq !== (events[i - 1]?.seq ?? -1) + 1 || event.prev !== prev))
      faults.push({ code: 'order', seq });
    if (data !== null && !textFits({ document, seq, kind, actor, at, data }, event))
      faults.push({ code: 'edited', seq });
    prev = event.hash;
  });
  return faults;
}

function textFits(facts: Parameters<typeof eventText>[0], event: HistoryEvent): boolean {
  try {
    return sha256(eventText(facts, event.prev)) === event.hash;
  } catch (error) {
    if (error instanceof JcsError) return false;
    throw error;
  }
}

interface DeviceStatement {
  readonly told: DeviceEvents;
  readonly signer: Certificate | null;
}

function* readDevice(compact: string): Asking<DeviceStatement | null> {
  try {
    const read = readStatement(compact, 'events', null);
    const value = parseJcs(read.canonical, { length: DEVICE_EVENTS.length, depth: 5 });
    const parsed = v.safeParse(deviceEventsSchema, value);
    const { checks } = yield { ...nothing, checks: [read.check] };
    if (!parsed.success || checks[0] !== 'valid') return null;
    return { told: parsed.output, signer: read.certificates[0] ?? null };
  } catch (error) {
    if (error instanceof CmsError || error instanceof JcsError) return null;
    throw error;
  }
}

/** Each entry that names a statement says what the statement says, and each statement is told whole. */
function* deviceFaults(history: History): Asking<{ faults: HistoryFault[]; signed: number }> {
  const faults: HistoryFault[] = [];
  const told = history.events.filter(({ data }) => typeof data?.['statement'] === 'string');
  const byStatement = new Map<string, HistoryEvent[]>();
  for (const event of told) {
    const name = String(event.data?.['statement']);
    byStatement.set(name, [...(byStatement.get(name) ?? []), event]);
  }
  let signed = 0;
  for (const [name, events] of byStatement) {
    const compact = history.statements[name];
    const read = compact !== undefined && sha256(compact) === name ? yield* readDevice(compact) : null;
    const wrong = events.find((event, i) => read === null || !says(read.told, event, i, history.document));
    if (wrong !== undefined || read?.told.events.length !== events.length)
      faults.push({ code: 'device-statement', seq: (wrong ?? events[0])?.seq ?? null });
    else signed += events.length;
  }
  return { faults, signed };
}

function says(told: DeviceEvents, { kind, data }: HistoryEvent, i: number, document: string): boolean {
  const event = told.events[i];
  if (event === undefined || data === null || told.document !== document) return false;
  const { statement, entry, party, ...rest } = data;
  return (
    typeof statement === 'string' &&
    entry === i &&
    party === told.party &&
    jcs({ kind, ...rest } as Json) === jcs(event as Json)
  );
}

/** The server's word about the head, and whether the reader knows whose word it is. */
function* headOf(
  { head, document, events }: History,
  roots: readonly Certificate[]
): Asking<{ faults: HistoryFault[]; server: HistoryReport['server']; anchored: number | null }> {
  const wrong = {
    faults: [{ code: 'head', seq: null }] as HistoryFault[],
    server: 'none',
    anchored: null
  } as const;
  if (head === null) return { faults: [], server: 'none', anchored: null };
  try {
    const read = readStatement(head, 'heads', null);
    const parsed = v.safeParse(headsSchema, parseJcs(read.canonical, { length: 64 * 1024, depth: 5 }));
    const { checks } = yield { ...nothing, checks: [read.check] };
    const [certificate] = read.certificates;
    if (!parsed.success || checks[0] !== 'valid' || certificate === undefined) return wrong;
    const told = parsed.output.heads.find((one) => one.document === document);
    if (told === undefined || events.find(({ seq }) => seq === told.seq)?.hash !== told.hash) return wrong;
    const server = (yield* isTrusted(certificate, roots)) ? 'trusted' : 'unknown';
    return { faults: [], server, anchored: told.seq };
  } catch (error) {
    if (error instanceof CmsError || error instanceof JcsError) return wrong;
    throw error;
  }
}

function* isTrusted(certificate: Certificate, roots: readonly Certificate[]): Asking<boolean> {
  const checks = roots.flatMap((root) => {
    const fits =
      root.subjectKeyId === null ||
      certificate.authorityKeyId === null ||
      equalBytes(root.subjectKeyId, certificate.authorityKeyId);
    const check = fits ? certificateCheck(certificate, root.spki) : null;
    return check === null ? [] : [check];
  });
  if (checks.length === 0) return false;
  const { checks: answers } = yield { ...nothing, checks };
  return answers.includes('valid');
}

/** What the signatures of a file say of the history, when they are of its document and hold. */
function fileFaults(
  history: History,
  { name, report }: JudgedFile
): { faults: HistoryFault[]; anchored: number | null } {
  const bySeq = new Map(history.events.map((event) => [event.seq, event]));
  const faults: HistoryFault[] = [];
  let anchored: number | null = null;
  for (const { evidence, integrity } of report.signatures) {
    if (evidence === null || evidence.document !== history.document || integrity !== 'intact') continue;
    if (evidence.head !== null) {
      if (bySeq.get(evidence.head.seq)?.hash !== evidence.head.hash)
        faults.push({ code: 'signature-head', seq: evidence.head.seq, file: name });
      else anchored = Math.max(anchored ?? 0, evidence.head.seq);
    }
    const frozen = history.events.find(({ kind }) => kind === 'frozen');
    if (frozen?.data && frozen.data['sha256'] !== evidence.frozenSha256)
      faults.push({ code: 'signature-file', seq: frozen.seq, file: name });
    const own = history.events.find(
      ({ kind, data }) =>
        kind === 'signed' &&
        data?.['party'] === evidence.party.id &&
        data['certificate'] === evidence.key.certificate
    );
    if (own === undefined && evidence.key.origin === 'device')
      faults.push({ code: 'signature-file', seq: null, file: name });
  }
  // A file that ends with a signature is named by its hash.
  const named = history.events.find(
    ({ data }) => data?.['sha256'] === report.sha256 && data['seq'] !== undefined
  );
  if (named !== undefined && report.signatures.length > 0) anchored = Math.max(anchored ?? 0, named.seq);
  return { faults, anchored };
}

export interface JudgedFile {
  readonly name: string;
  readonly report: Report;
}

/**
 * Whether an exported history holds together, and what the PDFs beside it confirm (`security.md` E4). A cut
 * tail after the last anchor cannot be seen from the history itself: `anchored` says how far it is confirmed.
 * `roots`: certificates that the reader trusts.
 */
export function* judgeHistory(
  history: History,
  files: readonly JudgedFile[],
  roots: readonly Certificate[]
): Asking<HistoryReport> {
  const chain = chainFaults(history.events, history.document);
  const devices = yield* deviceFaults(history);
  const head = yield* headOf(history, roots);
  const told = files.map((file) => fileFaults(history, file));
  const anchors = [head.anchored, ...told.map(({ anchored }) => anchored)];
  const anchored = anchors.reduce<number | null>(
    (most, one) => (one === null ? most : Math.max(most ?? 0, one)),
    null
  );
  return {
    document: history.document,
    title: history.title,
    events: history.events.length,
    lost: history.events.filter(({ data }) => data === null).length,
    head: history.events.at(-1)?.hash ?? null,
    faults: [...chain, ...devices.faults, ...head.faults, ...told.flatMap(({ faults }) => faults)],
    signedByDevices: devices.signed,
    anchored,
    server: head.server
  };
}

/** The same with a provider. `roots`: DER. */
export function checkHistory(
  history: History,
  files: readonly JudgedFile[],
  roots: readonly Uint8Array[],
  provider: CryptoProvider
): Promise<HistoryReport> {
  return answered(judgeHistory(history, files, readCertificates(roots)), provider);
}
