import type { ByteSource } from '../bytes/source.ts';
import { toHex } from '../bytes/hex.ts';
import { readCertificates } from '../cms/signer.ts';
import { type PdfDocument, openPdf } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { lastStartxref } from '../pdf/start.ts';
import type { XrefEntry } from '../pdf/xref-entries.ts';
import { firstUnaccounted, tailOf } from './accounted.ts';
import { judgeAppearances } from './appearance.ts';
import { isBlank, judgeCoverage } from './byte-range.ts';
import { coversContent } from './covers.ts';
import { compareRevisions } from './document-rules.ts';
import type { Finding } from './finding.ts';
import { formOf } from './form.ts';
import { hashFormerFiles } from './former-files.ts';
import { judgeChanges, unknownChanges } from './policy.ts';
import { placesOf } from './places.ts';
import { PlainObjects } from './plain-objects.ts';
import { findPreparation } from './preparation.ts';
import { whenReadable } from './readable.ts';
import { References } from './references.ts';
import { type Asking, nothing, together } from './question.ts';
import type { Report, ReportError, Warning } from './report.ts';
import { describeRevisions } from './revision-kinds.ts';
import { judgeSignature, type JudgedSignature } from './signature-report.ts';
import { findSignatures } from './signatures.ts';
import { isWalked } from './unused.ts';
import { fileVerdict } from './verdict.ts';
import type { VerifyOptions } from './verify.ts';
import { noValidationData, readDss, type ValidationData } from './dss.ts';
import { examineSignature, timeOf } from './examination.ts';

interface Opened {
  readonly doc: PdfDocument;
  /** Where the last whole revision ends, when what follows had to be left out to read the file at all. */
  readonly cutAt: number | null;
}

/**
 * Opens a file for verifying. Where the newest xref cannot be read, the newest revision that can be is judged,
 * and the rest is named: that is what a file looks like that was cut or had something appended.
 */
function open(source: ByteSource, options: VerifyOptions): Opened {
  const doc = openPdf(source, options);
  if (doc.revisions().length > 0) return { doc, cutAt: null };
  const signedWhenRepaired = findSignatures(doc).length > 0;
  let end = source.size;
  for (let tries = 0; tries < 8; tries += 1) {
    end = lastStartxref(source, end);
    if (end <= 0) break;
    const limit = end;
    const part: ByteSource = {
      size: limit,
      read: (offset, length) => source.read(offset, Math.max(0, Math.min(length, limit - offset)))
    };
    try {
      const older = openPdf(part, options);
      const revisions = older.revisions();
      const last = revisions[revisions.length - 1];
      // What was signed must not get lost: then the repaired whole is judged, and judged as changed.
      if (last !== undefined && (findSignatures(older).length > 0 || !signedWhenRepaired)) {
        return { doc: older, cutAt: last.end };
      }
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
    }
  }
  return { doc, cutAt: null };
}

function errorOf(error: unknown): ReportError {
  if (error instanceof PdfError) return { code: error.code, message: error.message, offset: error.offset };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
  return { code: 'internal', message, offset: -1 };
}

/** SHA-256 (hex) of the whole file; asked for once. */
class FileDigest {
  private known: string | null = null;

  constructor(private readonly size: number) {}

  *ask(): Asking<string> {
    if (this.known === null) {
      const { hashes } = yield { ...nothing, hashes: [{ hash: 'SHA-256', ranges: [[0, this.size]] }] };
      this.known = toHex(hashes[0] ?? new Uint8Array(0));
    }
    return this.known;
  }
}

/** The whole verification of one file; see `verify.ts`. */
export function* analyse(name: string, source: ByteSource, options: VerifyOptions): Asking<Report> {
  const digest = new FileDigest(source.size);
  const base = { file: name, bytes: source.size };
  try {
    return { ...base, ...(yield* read(source, options, digest)) };
  } catch (error) {
    const told = errorOf(error);
    const encrypted = told.code.startsWith('encrypted');
    return {
      ...base,
      sha256: yield* digest.ask(),
      read: encrypted ? 'encrypted' : 'unreadable',
      error: told,
      revisions: [],
      signatures: [],
      warnings: [],
      verdict: 'unreadable'
    };
  }
}

/** Everything about the file that is not about one signature; `tampered` makes it changed by itself. */
function fileWarnings(
  opened: Opened,
  source: ByteSource,
  firstSigned: number
): { warnings: Warning[]; tampered: boolean } {
  const { doc, cutAt } = opened;
  const warnings: Warning[] = [];
  let tampered = false;
  const add = (code: string, message: string, bad: boolean): void => {
    warnings.push({ code, message });
    tampered ||= bad;
  };
  if (cutAt !== null)
    add('cut-inside-revision', `bytes ${cutAt} to ${source.size} are no whole revision`, true);
  else if (doc.revisions().length === 0) add('repaired', 'the cross-reference had to be rebuilt', true);
  else {
    const tail = tailOf(doc);
    if (tail.kind === 'cut')
      add('cut-inside-revision', `a revision begins at byte ${tail.at} and has no end`, true);
    if (tail.kind === 'other') add('unaccounted-bytes', `bytes from ${tail.at} belong to no revision`, true);
  }
  const signedEnd = doc.revisions()[firstSigned]?.end ?? source.size;
  for (const section of doc.sections) {
    // Only a reader that looks around finds such a section; others rebuild, and may see something else.
    const missed =
      section.kind === 'table' &&
      section.stated !== section.offset &&
      !isBlank(doc, section.stated, section.offset);
    if (missed || section.stated > section.offset) {
      add(
        'xref-offset',
        `the section at ${section.offset} was looked for at ${section.stated}`,
        section.offset >= signedEnd
      );
    }
  }
  for (const { entries, offset } of doc.sections) {
    const { twice } = entries;
    if (twice.length > 0) add('xref-twice', `objects ${twice.slice(0, 5).join(', ')}`, offset >= signedEnd);
  }
  if (doc.sections.some((section) => section.hybrid !== null)) {
    add('hybrid-xref', 'readers may see two different sets of objects', false);
  }
  if (firstSigned < 0) return { warnings, tampered };
  doc.revisions().forEach((revision, i) => {
    if (i <= firstSigned) return;
    const at = firstUnaccounted(doc, revision);
    if (at >= 0) add('unaccounted-bytes', `bytes from ${at} belong to no object of revision ${i}`, true);
  });
  return { warnings, tampered };
}

function isSameEntry(a: XrefEntry | undefined, b: XrefEntry | undefined): boolean {
  if (a?.kind === 'at' && b?.kind === 'at') return a.offset === b.offset;
  return a?.kind === 'in' && b?.kind === 'in' && a.stream === b.stream && a.index === b.index;
}

/** Objects that only a repair could read: harmless in what was signed, never in what came later. */
function faultWarnings(doc: PdfDocument, firstSigned: number): { warnings: Warning[]; tampered: boolean } {
  const revisions = doc.revisions();
  const signed = revisions[firstSigned];
  const view = signed === undefined ? doc : doc.of(signed);
  const warnings: Warning[] = [];
  let tampered = false;
  for (const num of doc.faults) {
    warnings.push({
      code: 'repaired-object',
      message: `object ${num} is not where the cross-reference says`
    });
    // The very entry that was signed leads astray, or one that came later.
    tampered ||= !isSameEntry(view.entry(num), doc.entry(num));
  }
  return { warnings, tampered };
}

function* read(
  source: ByteSource,
  options: VerifyOptions,
  digest: FileDigest
): Asking<Omit<Report, 'file' | 'bytes'>> {
  const opened = open(source, options);
  const { doc } = opened;
  const found = findSignatures(doc);
  const coverages = found.map((signature) => judgeCoverage(doc, signature));
  const signed = coverages.filter(({ revision }) => revision >= 0).map(({ revision }) => revision);
  const firstSigned = signed.length === 0 ? -1 : Math.min(...signed);
  const first = doc.revisions()[firstSigned];
  const prepares = first !== undefined && options.preparation !== false;
  const plain = prepares && isWalked(doc.of(first)) ? new PlainObjects() : null;
  const references = referencesOf(doc, firstSigned, plain);
  const steps = compareAll(doc, firstSigned, references);
  const covers = coversContent(doc);
  const places = placesOf(doc);
  const dss = readDss(doc) ?? noValidationData;
  const roots = readCertificates(options.roots ?? []);
  const timeRoots = readCertificates(options.timeRoots ?? []);
  const changes = coverages.map(({ coverage, revision }, i) => {
    const signature = found[i];
    return signature === undefined || revision < 0 || (coverage !== 'file' && coverage !== 'revision')
      ? unknownChanges
      : judgeChanges(signature, revision, steps, covers, places);
  });
  const described = describeRevisions(doc, found, coverages);
  // One question, so that the bytes of the file are read once for all of its digests.
  const [sha256, former, examined] = yield* together([
    digest.ask(),
    hashFormerFiles(doc, found, coverages, described),
    together(found.map((signature) => examineSignature({ doc, signature, dss, roots, timeRoots })))
  ]);
  const stamped = examined.flatMap((examination, i) => {
    const [signature, coverage] = [found[i], coverages[i]];
    return signature === undefined || coverage === undefined ? [] : [{ signature, coverage, examination }];
  });
  const judged: JudgedSignature[] = yield* together(
    stamped.map((one, i) =>
      judgeSignature({
        ...one,
        doc,
        changes: changes[i] ?? unknownChanges,
        time: timeOf(one, stamped),
        now: options.now,
        others: found,
        frozen: former.frozen,
        base: former.bases[i] ?? null
      })
    )
  );
  const about = fileWarnings(opened, source, firstSigned);
  const faults = faultWarnings(doc, firstSigned);
  const isSigned = judged.length > 0;
  const signatures = judged.map(({ report }) => report);
  const empty = isSigned ? emptyPlaces(doc) : [];
  const differing = isSigned ? yield* judgeAppearances(doc) : [];
  const readable = references === null ? null : plain;
  const prepared = prepares ? whenReadable(() => findPreparation(doc.of(first), readable), []) : [];
  return {
    sha256,
    read: opened.cutAt !== null || doc.repaired ? 'repaired' : 'ok',
    error: null,
    revisions: described,
    signatures,
    warnings: [
      ...about.warnings,
      ...faults.warnings,
      ...dataWarnings(dss),
      ...empty,
      ...differing,
      ...prepared,
      ...judged.flatMap(({ warnings }) => warnings)
    ],
    verdict: fileVerdict(signatures, isSigned && (about.tampered || faults.tampered))
  };
}

/** Validation data that was not read must not be missed in silence (`security.md` P1). */
function dataWarnings({ leftOut }: ValidationData): Warning[] {
  return leftOut === 0
    ? []
    : [{ code: 'validation-data-limit', message: `${leftOut} items of the validation data were not read` }];
}

/** Who refers to whom, where something came after the first signature. */
function referencesOf(doc: PdfDocument, firstSigned: number, plain: PlainObjects | null): References | null {
  const revisions = doc.revisions();
  const signed = revisions[firstSigned];
  return signed === undefined || firstSigned === revisions.length - 1
    ? null
    : new References(doc, doc.of(signed), plain);
}

/** What each revision changed, those after the first that was signed; the others count for nobody. */
function compareAll(
  doc: PdfDocument,
  firstSigned: number,
  references: References | null
): (readonly Finding[])[] {
  const revisions = doc.revisions();
  return revisions.map((revision, i) => {
    const before = revisions[i - 1];
    return before === undefined || references === null || i <= firstSigned
      ? []
      : compareRevisions(doc.of(before), doc.of(revision), references);
  });
}

/** Places for a signature that nobody used: a file that was cut at a boundary looks like one not yet finished. */
function emptyPlaces(doc: PdfDocument): Warning[] {
  const form = formOf(doc);
  return form
    .terminals()
    .filter((node) => form.typeOf(node) === 'Sig' && form.inherited(node, 'V') === null)
    .map(({ name }) => ({ code: 'empty-signature-field', message: `field ${name}` }));
}
