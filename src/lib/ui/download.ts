/** Lets the browser save `blob` under `name`, as if a link to it had been pressed. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download holds the blob from here on; a minute covers a browser that asks where to save it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
