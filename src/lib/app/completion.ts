import type { Completion } from '../domain/completion.ts';
import type { Report } from '../verify/report.ts';
import { pdfWork, type Paper } from '../work/pdf-client.ts';
import { siteTrust } from './verifier.svelte.ts';

export type { Fact, Paper, PaperBlock, PaperTone } from '../work/pdf-client.ts';
export { completionOf, signatureOf } from '../verify/completion.ts';

/** What the file tells, read on this device with the roots that `/verify` uses. */
export async function reportOf(name: string, file: Blob): Promise<Report> {
  return pdfWork().verify(name, file, await siteTrust());
}

/** Writes a paper as PDF in the worker; nothing of it leaves the device. Throws WorkError `font-pack`. */
export async function paperPdf(paper: Paper): Promise<Blob> {
  return pdfWork().paper(paper);
}

/** The certificate as data, for programs: the same as the paper tells. */
export function completionJson(completion: Completion): Blob {
  return new Blob([JSON.stringify(completion, null, 2)], { type: 'application/json' });
}
