import { SvelteMap } from 'svelte/reactivity';
import type { Stamped } from '../work/pdf-client.ts';

/** Signatures made while this page is open, by document and party: whether a timestamp came with them. */
const signatures = new SvelteMap<string, Stamped>();
const key = (document: string, party: string) => `${document}/${party}`;

export const stamped = {
  note: (document: string, party: string, timestamp: Stamped): void =>
    void signatures.set(key(document, party), timestamp),
  /** Null after a reload: then the file itself tells. */
  of: (document: string, party: string): Stamped | null => signatures.get(key(document, party)) ?? null
};
