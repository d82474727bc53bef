// Stands in the place of `work/built-file.ts` in the page: nothing is fetched, the CSP would refuse it.
import { readPart } from './parts.ts';

export const readBuilt = async (name: string): Promise<Uint8Array<ArrayBuffer>> => readPart(name);
