// Types of the built module, from its source.
export * from '../../src/lib/shared/proofs.ts';
