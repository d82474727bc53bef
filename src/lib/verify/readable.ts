import { PdfError } from '../pdf/error.ts';

/** What `read` says of a revision, or `otherwise` where its catalog cannot be read: an older one may be broken. */
export function whenReadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PdfError) || error.code === 'limit') throw error;
    return otherwise;
  }
}
