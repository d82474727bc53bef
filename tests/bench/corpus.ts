// Verifies every file of a list in this one process, as the command does, and prints one line of JSON.
import { readFileSync } from 'node:fs';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { hashesOfBytes, webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';

const paths = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const verdicts: Record<string, number> = {};
const since = performance.now();
for (const path of paths) {
  const bytes = new Uint8Array(readFileSync(path));
  const options = { now: Date.now() };
  const { verdict } = await verifyFile(path, memorySource(bytes), webProvider, options, hashesOfBytes(bytes));
  verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
}
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ ms: performance.now() - since, peakMb, verdicts }));
