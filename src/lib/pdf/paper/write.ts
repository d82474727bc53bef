import { concat } from '../../bytes/concat.ts';
import { encodeLatin1 } from '../../bytes/latin1.ts';
import { memorySource } from '../../bytes/source.ts';
import { Appender } from '../append.ts';
import { packed } from '../appearance/embedded-font.ts';
import type { FontSet } from '../appearance/fonts.ts';
import { RevisionFonts } from '../appearance/revision-fonts.ts';
import { showText } from '../appearance/text.ts';
import { openPdf } from '../document.ts';
import { PdfDict, PdfName, PdfString, type PdfRef } from '../objects.ts';
import { dateString, textString } from '../serialize.ts';
import { layPages, PAGE, type Page } from './layout.ts';
import { pageWords, type Paper } from './model.ts';
import { TextSetter, type Piece } from './piece.ts';

/** A file without a page, to which the pages are appended: the one writer of this program does the rest. */
const EMPTY = [
  '%PDF-1.7\n',
  '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n',
  '2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n'
];

function emptyFile(): Uint8Array {
  const places: number[] = [];
  let at = 0;
  for (const part of EMPTY) {
    places.push(at);
    at += part.length;
  }
  const row = (place: number) => `${String(place).padStart(10, '0')} 00000 n \n`;
  const xref = `xref\n0 3\n0000000000 65535 f \n${places.slice(1).map(row).join('')}`;
  return encodeLatin1(`${EMPTY.join('')}${xref}trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`);
}

const two = (value: number): string => String(Math.round(value * 100) / 100);

/** Rectangles first, text over them. */
function contentOf(page: Page, fonts: RevisionFonts, used: Map<string, PdfRef>): string {
  const boxes = page.boxes.map(
    ({ x, y, width, height, fill }) => `${fill} rg ${two(x)} ${two(y)} ${two(width)} ${two(height)} re f`
  );
  const texts = page.texts.map(({ x, y, piece }) => shown(piece, x, y, fonts, used));
  return [...boxes, ...texts].join('\n');
}

/** `y`: of the piece's lower edge. A strong piece is drawn with its outline: one font is enough for the file. */
function shown(piece: Piece, x: number, y: number, fonts: RevisionFonts, used: Map<string, PdfRef>): string {
  const { laid, color, strong, width, height, align } = piece;
  const drawn = showText(fonts, laid, { width, height }, { inset: 0, align, color: `${color} rg` });
  drawn.fonts.forEach((ref, name) => used.set(name, ref));
  const outline = strong ? `2 Tr ${two(laid.size * 0.03)} w ${color} RG ` : '';
  return `q 1 0 0 1 ${two(x)} ${two(y)} cm ${outline}${drawn.content} Q`;
}

/**
 * Writes a paper as PDF: A4, every font embedded, text that can be searched and copied in every script there is
 * a pack for. A character that no font has is written as its code point. Throws FontNeeded for a pack that is
 * not here yet.
 */
export function writePaper(paper: Paper, fontSet: FontSet): Uint8Array {
  const start = emptyFile();
  const doc = openPdf(memorySource(start));
  const appender = new Appender(doc);
  const fonts = new RevisionFonts(appender);
  const setter = new TextSetter(fontSet);
  const pages = layPages(paper, setter);
  const tree = doc.catalog.get('Pages') as PdfRef;
  const kids = pages.map((page, i) => {
    const foot = setter.piece(pageWords(paper, i + 1, pages.length), {
      size: 7.5,
      color: '0.36 0.36 0.38',
      width: 64,
      align: 'right'
    });
    page.texts.push({ x: PAGE.width - PAGE.margin - 64, y: PAGE.foot + 0.5, piece: foot });
    const used = new Map<string, PdfRef>();
    const content = contentOf(page, fonts, used);
    const resources = new PdfDict().set('Font', new PdfDict(new Map(used)));
    return appender.add(
      new PdfDict()
        .set('Type', new PdfName('Page'))
        .set('Parent', tree)
        .set('MediaBox', [0, 0, PAGE.width, PAGE.height])
        .set('Resources', resources)
        .set('Contents', appender.add(packed(encodeLatin1(content))))
    );
  });
  fonts.finish();
  appender.put(
    tree,
    new PdfDict().set('Type', new PdfName('Pages')).set('Kids', kids).set('Count', kids.length)
  );
  appender.put(
    doc.catalogRef,
    doc.catalog
      .clone()
      .set('Lang', new PdfString(encodeLatin1(paper.language)))
      .set('ViewerPreferences', new PdfDict().set('DisplayDocTitle', true))
  );
  const info = new PdfDict()
    .set('Title', textString(paper.title))
    .set('Producer', textString('Countersign'))
    .set('CreationDate', dateString(paper.created));
  doc.trailer.set('Info', appender.add(info));
  return concat(start, appender.finish().bytes);
}
