/** For rooms that may not import work/: the build's own files, and its workers through the one policy (W1). */
export { readBuilt } from '../work/built-file.ts';
export { startWorker } from '../work/policy.ts';
