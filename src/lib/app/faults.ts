import { noFaults, type Faults } from '../sync/faults.ts';

/**
 * Where tests stop the program. They set `globalThis.countersignFaults` before the app loads; in a person's
 * browser nothing sets it, and a script that could would be in the page already.
 */
export const faults: Faults = {
  at: (point) => ((globalThis as { countersignFaults?: Faults }).countersignFaults ?? noFaults).at(point)
};
