import type { PdfObject } from '../pdf/objects.ts';

/**
 * One difference between two neighbouring revisions, before anybody asked what a certain signature permits.
 * Everything is disallowed until a rule names it otherwise; `level` is the least that must be permitted.
 */
export interface Finding {
  /** Stable word; `verify_change_<code>` is its sentence. */
  readonly code: string;
  readonly level: 'lta' | 'form' | 'annotations' | 'disallowed';
  /** `12 0 R`, `trailer`, … */
  readonly object: string;
  readonly page: number | null;
  /** For people who read files, not for everybody. */
  readonly message: string;
  /** The field it changes, for locks; null when it is none. */
  readonly field: string | null;
  /** A new thing on a page: what it lies over decides. */
  readonly placed: Placed | null;
}

export interface Placed {
  readonly what: 'signature-field' | 'annotation';
  /** Page from 1. */
  readonly page: number;
  /** User space: left, bottom, right, top. */
  readonly rect: readonly [number, number, number, number];
  /** Object number of the annotation itself. */
  readonly num: number;
}

export function finding(
  code: string,
  level: Finding['level'],
  object: string,
  message: string,
  more: {
    readonly page?: number | null;
    readonly field?: string | null;
    readonly placed?: Placed | null;
  } = {}
): Finding {
  return {
    code,
    level,
    object,
    message,
    page: more.page ?? null,
    field: more.field ?? null,
    placed: more.placed ?? null
  };
}

/** A rectangle with its corners in order, or null (ISO 32000-2 §7.9.5). */
export function rectOf(items: readonly PdfObject[] | null): [number, number, number, number] | null {
  if (items === null || items.length < 4) return null;
  const [a, b, c, d] = items;
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}
