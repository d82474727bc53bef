/** Where the build put each character map of pdf.js, by its path in the package. */
export const cmaps = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/*.bcmap', {
  query: '?url&no-inline',
  import: 'default',
  eager: true
});
