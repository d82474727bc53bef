// Every attack of `verifier.md`, "Hostile files", in one list.
import { evilAnnotations, sneakySignatures } from './certification.ts';
import { incrementalSaving, universalForgery, wrapping } from './forgery.ts';
import type { Attack } from './scene.ts';
import { hideAndReplace, shadowHide, shadowReplace } from './shadow.ts';
import {
  byteRanges,
  duplicateKeys,
  holes,
  hybridHiding,
  loops,
  objectStreams,
  secondStartxref
} from './structure.ts';

export const attacks: readonly Attack[] = [
  ...universalForgery,
  ...incrementalSaving,
  ...wrapping,
  ...shadowHide,
  ...shadowReplace,
  ...hideAndReplace,
  ...evilAnnotations,
  ...sneakySignatures,
  ...byteRanges,
  ...holes,
  ...duplicateKeys,
  ...secondStartxref,
  ...hybridHiding,
  ...objectStreams,
  ...loops
];
