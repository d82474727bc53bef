import { AsnError } from '#lib/asn1/error.ts';
import { joinedSource } from '#lib/bytes/joined-source.ts';
import { memorySource, type ByteSource } from '#lib/bytes/source.ts';
import { CmsError } from '#lib/cms/error.ts';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { openPdf, type PdfDocument } from '#lib/pdf/document.ts';
import { PdfError } from '#lib/pdf/error.ts';
import { PdfStream } from '#lib/pdf/objects.ts';
import { PkiError } from '#lib/pki/error.ts';
import { hashesOfSource, webProvider } from '#lib/pki/provider-web.ts';
import type { Report } from '#lib/verify/report.ts';
import { verifyFile } from '#lib/verify/verify.ts';
import { signForAll } from '../signing.ts';

/** A file to try, and the password that opens it. */
export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly password: string | null;
}

/** What must never happen, and at which step. */
export interface Fault {
  readonly step: 'read' | 'verify' | 'sign' | 'verify-signed';
  readonly message: string;
}

export interface Trial {
  /** `signed`, or the code with which the file was refused. */
  readonly outcome: string;
  readonly fault: Fault | null;
}

/** A refusal with a code, as every layer makes them. */
function isTyped(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof PdfError ||
    error instanceof CmsError ||
    error instanceof AsnError ||
    error instanceof PkiError
  );
}

/** Reads everything that can be read. */
function readAll(doc: PdfDocument): void {
  doc.revisions();
  doc.pages();
  for (const num of doc.numbers()) {
    try {
      const value = doc.get(num);
      if (value instanceof PdfStream) doc.inflate(value);
    } catch (error) {
      // One object may be broken; the limits of the whole file are for the whole file.
      if (!(error instanceof PdfError)) throw error;
      if (error.code === 'limit') return;
    }
  }
}

function optionsFor(base: Base): { readonly password?: string } {
  return base.password === null ? {} : { password: base.password };
}

async function judge(source: ByteSource, base: Base, now: number): Promise<Report> {
  return verifyFile(base.name, source, webProvider, { now, ...optionsFor(base) }, hashesOfSource(source));
}

/** Why what we signed is not what it should be; null when it is. `ends`: of the revisions that we signed. */
function complaint(report: Report, ends: readonly number[]): string | null {
  if (report.error !== null) return `${report.error.code}: ${report.error.message}`;
  for (const [i, end] of ends.entries()) {
    const own = report.signatures.find(({ byteRange: [, , from = 0, length = 0] }) => from + length === end);
    const wanted = i === ends.length - 1 ? 'file' : 'revision';
    if (own === undefined) return `signature ${i + 1} is not found`;
    if (own.integrity !== 'intact' || own.coverage !== wanted)
      return `${own.field}: ${own.integrity}, covers ${own.coverage}`;
  }
  return null;
}

/**
 * Read, verify, freeze, sign for so many parties, verify again. A file may be refused with a typed error at any
 * step; anything else that is thrown, an internal error in a report, and a signature of ours that is not
 * intact and whole are faults.
 */
export async function tryFile(base: Base, fonts: FontSet, now: number, parties = 2): Promise<Trial> {
  const source = memorySource(base.bytes);
  let step: Fault['step'] = 'read';
  let outcome = 'signed';
  const fault = (message: string): Trial => ({ outcome: 'fault', fault: { step, message } });
  try {
    try {
      readAll(openPdf(source, optionsFor(base)));
    } catch (error) {
      if (!isTyped(error)) throw error;
    }
    step = 'verify';
    const before = await judge(source, base, now);
    if (before.error?.code === 'internal') return fault(before.error.message);
    step = 'sign';
    let signed: Awaited<ReturnType<typeof signForAll>>;
    try {
      signed = await signForAll(source, parties, fonts, () => now, optionsFor(base));
    } catch (error) {
      if (!isTyped(error)) throw error;
      outcome = error.code;
      return { outcome, fault: null };
    }
    step = 'verify-signed';
    const ends = signed.revisions.filter(({ kind }) => kind === 'signature').map(({ end }) => end);
    const told = complaint(await judge(joinedSource(source, ...signed.tails), base, now), ends);
    return told === null ? { outcome, fault: null } : fault(told);
  } catch (error) {
    return fault(error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error));
  }
}
