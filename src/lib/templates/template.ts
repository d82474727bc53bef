import type { FieldKind } from '../domain/field.ts';

/**
 * A text template: what a person wrote once, with typed merge fields. Nobody writes Typst: the model below
 * is turned into plain data (`merge.ts`), which one fixed layout program draws (`engine/layout.typ.ts`).
 */
export interface TextTemplate {
  readonly id: string;
  /** A changed template is a new version, never an overwritten one. */
  readonly version: number;
  readonly title: string;
  /** BCP 47; hyphenation and fonts follow it. */
  readonly language: string;
  readonly groups: readonly FieldGroup[];
  readonly blocks: readonly Block[];
  /** Text at the top of each page after the first, and left of "page n of m" at the bottom. */
  readonly runningHead: string;
}

/** Merge fields that a form shows together. */
export interface FieldGroup {
  readonly name: string;
  readonly label: string;
  readonly fields: readonly MergeField[];
}

interface MergeFieldBase {
  /** Used in text as `{name}`; unique in the template. */
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}

export type MergeField =
  | (MergeFieldBase & { readonly type: 'text'; readonly maxLength: number; readonly autocomplete?: string })
  /** `YYYY-MM-DD`. */
  | (MergeFieldBase & { readonly type: 'date' })
  /** Whole number from `min` to `max`, in decimal digits. */
  | (MergeFieldBase & { readonly type: 'integer'; readonly min: number; readonly max: number })
  | (MergeFieldBase & { readonly type: 'choice'; readonly options: readonly string[] })
  /** Rows of the same columns; `minRows` at least. */
  | (MergeFieldBase & {
      readonly type: 'table';
      readonly minRows: number;
      readonly columns: readonly Column[];
    });

export interface Column {
  readonly name: string;
  readonly label: string;
  /** `quantity` and `price` are decimals as people write them: digits, at most two after a point. */
  readonly type: 'text' | 'quantity' | 'price';
}

export type TableRow = Readonly<Record<string, string>>;
/** By field name: text for every type but `table`. */
export type TemplateValues = Readonly<Record<string, string | readonly TableRow[]>>;

/** Text may hold `{field}` marks, and `{{`/`}}` for the braces themselves. */
export type Block =
  | { readonly block: 'title'; readonly text: string }
  | { readonly block: 'heading'; readonly text: string }
  | { readonly block: 'paragraph'; readonly text: string }
  /** Numbered 1.1, 1.2 … under the last heading, which is numbered 1, 2 … */
  | { readonly block: 'clause'; readonly text: string }
  /** Two columns of label and text, one column a party. */
  | { readonly block: 'parties'; readonly columns: readonly PartyColumn[] }
  /** The rows of a table field with a computed amount column and a total row. */
  | {
      readonly block: 'priced-table';
      readonly field: string;
      readonly amountLabel: string;
      readonly totalLabel: string;
      readonly currency: string;
    }
  /** Places for fields, one column a party; kept together on one page. */
  | { readonly block: 'signatures'; readonly columns: readonly SignatureColumn[] };

export interface PartyColumn {
  readonly heading: string;
  readonly lines: readonly string[];
}

export interface SignatureColumn {
  readonly party: 'company' | 'client';
  readonly heading: string;
  readonly lines: readonly string[];
  readonly places: readonly PlaceSpec[];
}

/** A box of fixed size (points) that becomes a form field. */
export interface PlaceSpec {
  readonly kind: FieldKind;
  readonly label: string;
  readonly required: boolean;
  readonly width: number;
  readonly height: number;
}
