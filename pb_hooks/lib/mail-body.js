// One mail as HTML and text: system fonts, both colour schemes, no image, nothing that tracks (`security.md` L6).

const escapeHtml = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A name as it may stand in a mail: nothing that a mail program would turn into a link (M2). */
function plainName(text) {
  return text
    .replace(/:\/\//g, ' ')
    .replace(/www\./gi, 'www ')
    .replace(/@/g, ' at ')
    .replace(/[\r\n]+/g, ' ');
}

const STYLE =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}' +
  'body{margin:0;padding:24px;background:#f6f5f2;color:#1d1e20;' +
  'font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}' +
  '.card{max-width:520px;margin:0 auto;background:#fff;border:1px solid #dedcd6;border-radius:10px;padding:24px}' +
  '.code{font-size:28px;letter-spacing:4px;font-weight:600}' +
  '.button{display:inline-block;background:#1f4e8c;color:#fff;text-decoration:none;padding:12px 20px;' +
  'border-radius:6px;font-weight:600}' +
  '.small{color:#5c5d61;font-size:14px}.link{word-break:break-all}' +
  '@media (prefers-color-scheme:dark){body{background:#17181b;color:#ececec}' +
  '.card{background:#222327;border-color:#3a3b40}.button{background:#8fb7ee;color:#10141a}' +
  '.small{color:#b3b4b8}.link a{color:#8fb7ee}}';

/** @returns {{html: string, text: string}} `link` is null where the message has none. */
function body(words, link, frame) {
  const paragraphs = words.paragraphs.map((text) =>
    /^[0-9]{6}$/.test(text) ? `<p class="code">${text}</p>` : `<p>${escapeHtml(text)}</p>`
  );
  if (words.button !== null && link !== null) {
    paragraphs.push(`<p><a class="button" href="${escapeHtml(link)}">${escapeHtml(words.button)}</a></p>`);
    paragraphs.push(`<p class="small link"><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`);
  }
  if (words.after !== '') paragraphs.push(`<p class="small">${escapeHtml(words.after)}</p>`);
  const html =
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    `<title>${escapeHtml(words.subject)}</title><style>${STYLE}</style></head><body><div class="card">` +
    `${paragraphs.join('')}</div><p class="small" align="center">${escapeHtml(frame)}</p></body></html>`;
  const text = [...words.paragraphs, ...(link === null ? [] : [link]), words.after, frame]
    .filter((part) => part !== '')
    .join('\n\n');
  return { html, text };
}

module.exports = { body, plainName };
