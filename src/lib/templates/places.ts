import type { Field } from '../domain/field.ts';
import { TemplateError } from './error.ts';

/** A field place as the layout engine reports it: points from the top left of page `page` (from 1). */
export interface LaidPlace {
  /** `<party>-<kind>-<n>`, as `merge` named it. */
  readonly name: string;
  readonly kind: Field['kind'];
  readonly label: string;
  readonly required: boolean;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Hundredths of a point are finer than any printer; unrounded sums would differ between engines. */
const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Turns laid places into the document's fields. `parties` gives the party id for `company` and `client`;
 * `newId` makes record ids. Throws `layout-failed` for a place of an unknown party.
 */
export function fieldsFromPlaces(
  places: readonly LaidPlace[],
  parties: Readonly<Record<'company' | 'client', string>>,
  newId: () => string
): Field[] {
  return places.map((place) => {
    const side = place.name.split('-')[0];
    if (side !== 'company' && side !== 'client')
      throw new TemplateError('layout-failed', `no party for place ${place.name}`);
    return {
      id: newId(),
      party: parties[side],
      kind: place.kind,
      box: { page: place.page, x: round(place.x), y: round(place.y), w: place.w, h: place.h },
      label: place.label,
      required: place.required
    };
  });
}
