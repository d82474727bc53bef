import fc from 'fast-check';

// One seed, so that a run says the same twice; `PROPERTY_SEED=random` looks for new counterexamples.
const asked = import.meta.env['PROPERTY_SEED'] ?? globalThis.process?.env['PROPERTY_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: 20_261_124 });
