/** For rooms that may not import work/: a module worker of this app's own build, through the one policy (W1). */
export { startWorker } from '../work/policy.ts';
