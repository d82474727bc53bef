import type { Box, ExistingField } from '../domain/field.ts';
import type { PageBoxes } from '../pdf/geometry.ts';
import type { Paper } from '../pdf/paper/model.ts';
import type { NotOffered } from '../sign/existing.ts';
import type { DrawnText } from '../sign/drawn-text.ts';
import type { Layout, SignInput } from '../sign/layout.ts';
import type { History } from '../domain/event.ts';
import type { JudgedFile } from '../verify/history.ts';
import type { Report } from '../verify/report.ts';

/** One page: its place and size as displayed (points), and what `pdf/geometry.ts` computes with. */
export interface PageSummary {
  /** From 1. */
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: PageBoxes;
}

export interface FieldSummary {
  /** Fully qualified name. */
  readonly name: string;
  readonly kind: 'text' | 'choice' | 'checkbox' | 'radio' | 'button' | 'signature' | 'other';
  /** Null when it has no widget on a page. */
  readonly box: Box | null;
  readonly filled: boolean;
  /** What a party would be given; null: `refusal` says why it cannot be. */
  readonly offer: FieldOffer | null;
  readonly refusal: NotOffered | null;
}

/** A field of the file's own form as it may be given to a party. */
export interface FieldOffer {
  readonly existing: ExistingField;
  readonly box: Box;
  readonly label: string;
  readonly required: boolean;
  readonly options: readonly string[];
  /** Only who signs first may have it. */
  readonly firstOnly: boolean;
}

/** What the sender is told before a file goes out (`security.md` P3); the editor has the sentences. */
export type NoticeCode =
  | 'javascript'
  | 'launch'
  /** Sends what was filled in somewhere, or reads it from there. */
  | 'submit-form'
  | 'embedded-files'
  | 'rich-media'
  /** Parts that can be shown and hidden (optional content). */
  | 'layers'
  | 'missing-fonts'
  /** Fields whose values only some viewers draw. */
  | 'undrawn-values'
  | 'xfa'
  | 'repaired'
  | 'encrypted';

export interface Notice {
  readonly code: NoticeCode;
  /** Files, layers, fonts or fields by name, the first few; empty where there is nothing to name. */
  readonly names: readonly string[];
}

export interface PdfSummary {
  /** Bytes. */
  readonly size: number;
  readonly pages: readonly PageSummary[];
  readonly fields: readonly FieldSummary[];
  /** Signatures the file carries already (timestamps counted too). */
  readonly signatures: number;
  /** What a certification of the file permits (§12.8.2.2): 1 nothing, 2 forms, 3 annotations too. */
  readonly certified: 1 | 2 | 3 | null;
  /** A signature of the file locks every field, new ones too. */
  readonly closed: boolean;
  /** Text of /Info /Title, or empty. */
  readonly title: string;
  readonly notices: readonly Notice[];
}

/** A file as it must be stored: the former bytes and the appended tail. */
export interface Written {
  readonly blob: Blob;
  /** Hex, of the whole file. */
  readonly sha256: string;
  readonly size: number;
}

/** What a time authority said through the server: a TimeStampToken, and the server's own time (UTC ms). */
export interface StampAnswer {
  readonly token: Uint8Array;
  readonly now: number;
}

/** A signature's own timestamp: its time (UTC ms), or why there is none. */
export type Stamped =
  | { readonly time: number }
  /** `offline` or `no-authority`: none was asked for; `no-answer`; else a TimestampErrorCode, for a token that does not hold. */
  | { readonly time: null; readonly why: string };

export interface Signed extends Written {
  readonly timestamp: Stamped;
  /** What verify/ says of `blob`: checked before this was handed out. */
  readonly report: Report;
}

export interface VerifyRequest {
  readonly password?: string;
  /** DER certificates the reader trusts. */
  readonly roots?: readonly Uint8Array[];
  /** DER certificates the reader trusts about times, and nothing else. */
  readonly timeRoots?: readonly Uint8Array[];
}

/** An error with its code, as it crosses the border of a worker. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  /** What cannot be drawn, and the font pack it needs; of `glyph-missing` and `font-pack`. */
  readonly character?: string;
  readonly part?: string;
}

export type Task =
  /** A document of our own as PDF (`pdf/paper`). */
  | { readonly kind: 'paper'; readonly paper: Paper }
  /** Loads what signing needs, so that it is there when the network is not. */
  | { readonly kind: 'prepare' }
  /** Whether these texts can be drawn; brings the fonts that they need. */
  | { readonly kind: 'coverage'; readonly texts: readonly DrawnText[] }
  | { readonly kind: 'summary'; readonly file: Blob; readonly password?: string }
  | { readonly kind: 'without-xfa'; readonly file: Blob }
  | { readonly kind: 'freeze'; readonly file: Blob; readonly layout: Layout; readonly password?: string }
  | {
      readonly kind: 'sign';
      readonly file: Blob;
      readonly input: SignInput;
      readonly password?: string;
      /** Bytes kept in the signature for a token of the time authority, 0 when none can come. */
      readonly timestampRoom: number;
    }
  | {
      readonly kind: 'verify';
      readonly name: string;
      readonly file: Blob;
      readonly options: VerifyRequest;
    }
  /** What a file asks to trust (`verify/trust-file.ts`). */
  | { readonly kind: 'trust'; readonly file: Blob }
  | {
      readonly kind: 'history';
      readonly history: History;
      readonly files: readonly JudgedFile[];
      readonly roots: readonly Uint8Array[];
    };

/** Page → worker. `signature` answers the worker's `attributes`, `timestamp` its `query`. */
export type ToWorker =
  | { readonly id: number; readonly kind: 'task'; readonly task: Task }
  | { readonly id: number; readonly kind: 'signature'; readonly signature: Uint8Array }
  | { readonly id: number; readonly kind: 'timestamp'; readonly answer: StampAnswer | null }
  | { readonly id: number; readonly kind: 'refused'; readonly failure: Failure };

/** Worker → page. */
export type FromWorker =
  | { readonly id: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'attributes'; readonly attributes: Uint8Array }
  | { readonly id: number; readonly kind: 'query'; readonly query: Uint8Array }
  | { readonly id: number; readonly kind: 'failed'; readonly failure: Failure };
