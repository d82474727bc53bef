/**
 * Reads a file of the app's own build by the address that `?url` imports give. Rejects when it cannot be had.
 * The HTML verifier has another module in this one's place (`src/standalone/built-file.ts`).
 */
export async function readBuilt(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
