/** What can be wrong with a PDF. The message catalogue has a sentence for each (`error_pdf_<code>`). */
export type PdfErrorCode =
  | 'not-a-pdf'
  | 'syntax'
  | 'xref'
  | 'missing-object'
  | 'filter'
  | 'encrypted-password'
  | 'encrypted-unsupported'
  | 'limit'
  | 'structure'
  | 'docmdp-forbids'
  | 'field-missing'
  | 'field-refused'
  | 'glyph-missing'
  | 'font-pack'
  | 'image'
  | 'does-not-fit';

/** The one error of pdf/: a stable code, the byte offset where it was noticed (-1 when none applies). */
export class PdfError extends Error {
  override readonly name = 'PdfError';
  constructor(
    readonly code: PdfErrorCode,
    message: string,
    readonly offset = -1
  ) {
    super(message);
  }
}
