export type TemplateErrorCode =
  'value-missing' | 'value-invalid' | 'value-too-long' | 'glyph-missing' | 'layout-failed' | 'layout-timeout';

/** The one error of templates/: a stable code, the merge field it is about (or null), what was wrong. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    readonly code: TemplateErrorCode,
    message: string,
    readonly field: string | null = null
  ) {
    super(message);
  }
}
