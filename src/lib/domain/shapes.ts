import * as v from 'valibot';

/** SHA-256, lower-case hex (`security.md` E1). */
export const hashShape = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** `2026-05-03T12:05:00.000Z`. */
export const timeShape = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));
/** A count or a place in a list. */
export const countShape = v.pipe(v.number(), v.integer(), v.minValue(0));
