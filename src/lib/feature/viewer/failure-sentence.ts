import * as m from '#lib/paraglide/messages.js';
import type { PdfFailure } from './pdf-file.ts';

/** What a person reads where the pages would be. */
export function failureSentence(code: PdfFailure): string {
  switch (code) {
    case 'broken':
      return m.editor_viewer_broken();
    case 'too-slow':
      return m.editor_viewer_too_slow();
    case 'password-refused':
      return m.editor_viewer_password_refused();
    case 'offline':
      return m.editor_viewer_offline();
    case 'closed':
      return '';
  }
}
