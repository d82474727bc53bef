// One mail as HTML and text: system fonts, both colour schemes, no image, nothing that tracks (`security.md` L6).
// Tables and inline styles are what every mail program draws; the style sheet adds the dark scheme where it is
// understood.

const escapeHtml = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A name as it may stand in a mail: one line, nothing that turns text round or becomes a link (M2). */
function plainName(text) {
  return text
    .replace(/:\/\//g, ' ')
    .replace(/www\./gi, 'www ')
    .replace(/@/g, ' at ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ') // eslint-disable-line no-control-regex -- M2
    .trim();
}

/**
 * A free text as it stands in a mail: its lines are kept, nothing turns it round, and a mark that nobody sees
 * keeps mail programs from making links of what looks like one (M2).
 */
function plainText(text) {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '') // eslint-disable-line no-control-regex -- M2
    .replace(/([^\s.@:])([.@:])(?=[^\s.])/g, '$1$2\u200c')
    .trim();
}

const FONT = 'font-family:system-ui,-apple-system,&quot;Segoe UI&quot;,Roboto,Helvetica,Arial,sans-serif;';
const INK = '#1d1e20';
const QUIET = '#5c5d61';
const PAGE = '#f6f5f2';
const LINE = '#dedcd6';
const ACCENT = '#1f4e8c';

const STYLE =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}' +
  '@media (max-width:480px){.card{padding:24px 20px!important}}' +
  '@media (prefers-color-scheme:dark){' +
  '.page{background-color:#17181b!important}' +
  '.card,.code{background-color:#222327!important;border-color:#3f4046!important}' +
  '.ink{color:#ececec!important}.quiet{color:#b3b4b8!important}' +
  '.quote{border-color:#55565c!important}' +
  '.button{background-color:#8fb7ee!important}.button a{color:#10141a!important}' +
  '.link{color:#8fb7ee!important}}';

const paragraph = (text) =>
  `<p class="ink" style="margin:0 0 14px;font-size:16px;line-height:24px;color:${INK};">${escapeHtml(text)}</p>`;
const small = (html, top) =>
  `<p class="quiet" style="margin:${top}px 0 0;font-size:14px;line-height:20px;color:${QUIET};">${html}</p>`;
const code = (digits) =>
  '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 18px;"><tr>' +
  `<td class="code ink" style="border:1px solid ${LINE};border-radius:8px;padding:12px 18px;background-color:${PAGE};` +
  `font-size:28px;line-height:34px;letter-spacing:5px;font-weight:600;color:${INK};">${digits}</td></tr></table>`;
const quotation = (text) =>
  '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="margin:4px 0 18px;"><tr>' +
  `<td class="quote ink" style="border-left:3px solid ${LINE};padding:2px 0 2px 14px;font-size:16px;line-height:24px;` +
  `color:${INK};white-space:pre-wrap;overflow-wrap:anywhere;">${escapeHtml(text).replace(/\n/g, '<br>')}</td></tr></table>`;
const button = (words, link) =>
  '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 0;"><tr>' +
  `<td class="button" bgcolor="${ACCENT}" style="border-radius:8px;background-color:${ACCENT};">` +
  `<a href="${link}" style="display:inline-block;padding:13px 22px;font-size:16px;line-height:20px;font-weight:600;` +
  `color:#ffffff;text-decoration:none;">${escapeHtml(words)}</a></td></tr></table>`;

/**
 * @param {{subject: string, paragraphs: string[], quote?: string, rest?: string[], button: string | null, after: string}} words
 *   `quote` are a sender's own words, from `plainText`, `rest` what follows them; six digits alone are a code
 * @param {string | null} link null where the message has none
 * @param {{workspace: string, text: string}} frame who sends it, and the line below
 * @returns {{html: string, text: string}}
 */
function body(words, link, frame) {
  const quote = words.quote || '';
  const rest = words.rest || [];
  const said = (text) => (/^[0-9]{6}$/.test(text) ? code(text) : paragraph(text));
  const parts = words.paragraphs.map(said);
  if (quote !== '') parts.push(quotation(quote));
  parts.push(...rest.map(said));
  if (words.button !== null && link !== null) {
    const href = escapeHtml(link);
    parts.push(button(words.button, href));
    parts.push(
      small(`<a class="link" href="${href}" style="color:${ACCENT};word-break:break-all;">${href}</a>`, 14)
    );
  }
  if (words.after !== '') parts.push(small(escapeHtml(words.after), 18));
  const html =
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    '<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">' +
    `<title>${escapeHtml(words.subject)}</title><style>${STYLE}</style></head>` +
    `<body class="page" style="margin:0;padding:0;background-color:${PAGE};${FONT}">` +
    `<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${PAGE}" ` +
    `style="background-color:${PAGE};"><tr><td align="center" style="padding:28px 12px;${FONT}">` +
    '<!--[if mso]><table role="presentation" width="520" align="center"><tr><td><![endif]-->' +
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;">' +
    `<tr><td class="quiet" style="padding:0 4px 12px;${FONT}font-size:14px;line-height:20px;font-weight:600;color:${QUIET};">` +
    `${escapeHtml(frame.workspace)}</td></tr>` +
    `<tr><td class="card" style="${FONT}background-color:#ffffff;border:1px solid ${LINE};border-radius:12px;` +
    'padding:28px;overflow-wrap:anywhere;">' +
    `<h1 class="ink" style="margin:0 0 14px;font-size:20px;line-height:28px;font-weight:600;color:${INK};">` +
    `${escapeHtml(words.subject)}</h1>${parts.join('')}</td></tr>` +
    `<tr><td class="quiet" style="padding:14px 4px 0;${FONT}font-size:13px;line-height:18px;color:${QUIET};">` +
    `${escapeHtml(frame.text)}</td></tr></table>` +
    '<!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>';
  const text = [
    ...words.paragraphs,
    quote === '' ? '' : quote.replace(/^/gm, '> '),
    ...rest,
    link === null ? '' : link,
    words.after,
    frame.text
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  return { html, text };
}

module.exports = { body, plainName, plainText };
