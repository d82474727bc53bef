import type { Field } from '../domain/field.ts';
import type { Hand } from '../pdf/appearance/fonts.ts';

export type { Hand } from '../pdf/appearance/fonts.ts';

/** What freeze writes: every field of every party, named (`nameFields`), and who the parties are. */
export interface Layout {
  readonly parties: readonly { readonly id: string; readonly letter: string; readonly name: string }[];
  readonly fields: readonly Field[];
}

/** A picture as it goes into the file: JPEG as it is, or raw RGB with an optional 8-bit alpha. */
export type Picture =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | {
      readonly kind: 'rgb';
      readonly width: number;
      readonly height: number;
      /** width × height × 3. */
      readonly rgb: Uint8Array;
      /** width × height, 255 opaque; null when opaque everywhere. */
      readonly alpha: Uint8Array | null;
    };

/** A pen's way in the unit of the drawing (y down): outlines to fill, from perfect-freehand. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Closed polygons, each a flat list x0,y0,x1,y1,… */
  readonly outlines: readonly (readonly number[])[];
}

/** How a signature (or stamp) looks on the page. */
export type Mark =
  | { readonly kind: 'drawn'; readonly drawing: Drawing }
  | { readonly kind: 'typed'; readonly text: string; readonly hand?: Hand }
  | { readonly kind: 'uploaded'; readonly picture: Picture };

/** One party's turn: what it filled in and how it signs. */
export interface SignInput {
  readonly partyLetter: string;
  /**
   * Names of all fields that this party was given; those of the uploaded form are known by nothing else.
   * Absent: the fields that begin with `cs-<letter>-`.
   */
  readonly own?: readonly string[];
  /** Field name (`cs-B-text-1`) → text; of a checkbox or radio group the state or ``. Absent: left blank. */
  readonly values: Readonly<Record<string, string>>;
  /** For `signature` and `initials` fields of the party, by field name; signature without one is blank. */
  readonly marks: Readonly<Record<string, Mark>>;
  /** For stamp fields of the party, by field name. */
  readonly stamps: Readonly<Record<string, Picture>>;
  readonly signerName: string;
  readonly reason: string | null;
  readonly location: string | null;
  /** UTC milliseconds; goes to /M in UTC. */
  readonly at: number;
  /** JCS text of the evidence, or null (command line without evidence). */
  readonly evidence: string | null;
  /** DER, leaf first, then intermediates; the root stays out. */
  readonly certificates: readonly Uint8Array[];
  /** An RSA key signs by RSASSA-PSS instead of PKCS#1 v1.5. */
  readonly pss?: boolean;
}
