/**
 * What the build put into this file beside its code (`scripts/build-verifier.js`): workers, fonts, decoders, each
 * as base64 in a data block `<script type="text/plain" data-part="NAME">`, which no browser runs.
 */
export function readPart(name: string): Uint8Array<ArrayBuffer> {
  const block = document.querySelector(`script[data-part="${CSS.escape(name)}"]`);
  if (block === null) throw new Error(`not in this file: ${name}`);
  return Uint8Array.from(atob(block.textContent ?? ''), (char) => char.charCodeAt(0));
}
