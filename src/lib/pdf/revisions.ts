import type { Lexer } from './lexer.ts';
import { isSpace } from './lexer.ts';
import type { ObjectContext } from './object.ts';
import { withWindow } from './parser.ts';
import type { XrefSection } from './xref.ts';

/** One revision: everything that one `startxref` … `%%EOF` closes (ISO 32000-2 §7.5.6). */
export interface Revision {
  /** File offset where it begins: the end of the one before, 0 for the first. */
  readonly start: number;
  /** Just behind `%%EOF` (or the number of startxref where that is missing). */
  readonly marker: number;
  /** Just behind the end-of-line after it. */
  readonly end: number;
  /** File offset where its own closing begins: the word `startxref`; -1 when there is none. */
  readonly closing: number;
  /** The number that stands there. */
  readonly startxref: number;
  /** Newest first: one, or two of a linearized file. */
  readonly sections: readonly XrefSection[];
  /** Index into the document's sections of its newest one. */
  readonly index: number;
}

interface Closing {
  readonly at: number;
  readonly startxref: number;
  readonly marker: number;
  readonly end: number;
}

function word(lexer: Lexer, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (lexer.peek(i) !== text.charCodeAt(i)) return false;
  lexer.pos += text.length;
  return true;
}

/** Reads `startxref N %%EOF` behind a section; null when something else stands there. */
export function readClosing(context: ObjectContext, from: number): Closing | null {
  return withWindow(context, from, (lexer) => {
    lexer.skip();
    const at = lexer.offset;
    if (!word(lexer, 'startxref')) return null;
    while (isSpace(lexer.peek())) lexer.pos += 1;
    let value = -1;
    for (let code = lexer.peek(); code >= 48 && code <= 57; code = lexer.peek()) {
      value = Math.max(0, value) * 10 + code - 48;
      lexer.pos += 1;
    }
    if (value < 0) return null;
    const number = lexer.pos;
    while (isSpace(lexer.peek())) lexer.pos += 1;
    if (!word(lexer, '%%EOF')) lexer.pos = number;
    const marker = lexer.offset;
    if (lexer.peek() === 13) lexer.pos += 1;
    if (lexer.peek() === 10) lexer.pos += 1;
    return { at, startxref: value, marker, end: lexer.offset };
  });
}

/**
 * Groups the chain (newest first) into revisions, oldest first. A /Prev that points forward in the file is a
 * linearized file's second half and belongs to the same revision.
 */
export function groupRevisions(context: ObjectContext, sections: readonly XrefSection[]): Revision[] {
  const groups: { sections: XrefSection[]; index: number }[] = [];
  sections.forEach((section, index) => {
    const group = groups[groups.length - 1];
    const before = group?.sections[group.sections.length - 1];
    if (group !== undefined && before !== undefined && section.offset > before.offset)
      group.sections.push(section);
    else groups.push({ sections: [section], index });
  });
  groups.reverse();
  const revisions: Revision[] = [];
  for (const group of groups) {
    const last = Math.max(
      ...group.sections.map((section) => Math.max(section.end, section.hybrid?.end ?? 0))
    );
    const closing = readClosing(context, last);
    const previous = revisions[revisions.length - 1];
    revisions.push({
      start: previous?.end ?? 0,
      marker: closing?.marker ?? last,
      end: closing?.end ?? last,
      closing: closing?.at ?? -1,
      startxref: closing?.startxref ?? -1,
      sections: group.sections,
      index: group.index
    });
  }
  return revisions;
}
