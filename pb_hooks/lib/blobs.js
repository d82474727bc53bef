// Bytes by their SHA-256 (`security.md` A3, W4): stored once, and readable only through a document.
const { Refusal, describe, transact } = require('./refusal.js');
const { first, sees } = require('./caller.js');
const events = require('./events.js');

/** Largest file, bytes. */
const MAX = 50 << 20;
/** What a caller may have lying around that no document uses yet. */
const MAX_WAITING = 5;
const MAX_WAITING_BYTES = 250 << 20;
const KEPT_MS = 86_400_000;
const HASH = /^[0-9a-f]{64}$/;

function path(row) {
  return `${$os.getenv('COUNTERSIGN_DATA')}/storage/${row.baseFilesPath()}/${row.getString('file')}`;
}

/** Stock PocketBase renames uploads without a sync; an answer that says "stored" must survive a power cut. */
function flush(row) {
  const file = path(row);
  try {
    $os.cmd('sync', file, file.slice(0, file.lastIndexOf('/'))).run();
  } catch (error) {
    // No such command on this system (Windows): the operating system writes when it does.
    console.warn('sync:', describe(error));
  }
}

/** Stores bytes under their SHA-256, and notes who brought them until a document uses them. */
function keep(app, actor, bytes, sha256) {
  let row = first(app, 'blobs', 'sha256 = {:sha256}', { sha256 });
  if (row === null) {
    row = new Record(app.findCollectionByNameOrId('blobs'));
    row.load({ sha256, size: bytes.length });
    row.set('file', $filesystem.fileFromBytes(bytes, `${sha256}.pdf`));
    try {
      app.save(row);
      flush(row);
    } catch (error) {
      // Two callers brought the same bytes at once: the other's row serves both.
      if (first(app, 'blobs', 'sha256 = {:sha256}', { sha256 }) === null) throw error;
    }
  }
  transact(app, (tx) => {
    const upload =
      first(tx, 'uploads', 'actor = {:actor} && sha256 = {:sha256}', { actor, sha256 }) ||
      new Record(tx.findCollectionByNameOrId('uploads'));
    upload.load({ actor, sha256, size: bytes.length, at: Date.now() });
    tx.save(upload);
  });
}

/** PUT blobs/{sha256}: always all bytes, whoever brought them before. */
function put(e, app, who) {
  const sha256 = e.request.pathValue('sha256');
  if (!HASH.test(sha256)) throw new Refusal('bad-request', 'The path needs a SHA-256 in lower-case hex.');
  if (e.request.contentLength > MAX) throw new Refusal('too-large', `A file may have ${MAX} bytes.`);
  const uploads = app.findRecordsByFilter('uploads', 'actor = {:actor}', '', 0, 0, { actor: who.id });
  const waiting = uploads.filter((row) => row.getString('sha256') !== sha256);
  const bytesWaiting = waiting.reduce((sum, row) => sum + row.getInt('size'), 0);
  if (waiting.length >= MAX_WAITING || bytesWaiting > MAX_WAITING_BYTES) {
    throw new Refusal('rate-limited', 'Too many files wait for their action; send the actions first.');
  }
  const bytes = toBytes(e.request.body, MAX + 1);
  if (bytes.length > MAX) throw new Refusal('too-large', `A file may have ${MAX} bytes.`);
  // toString keeps Go's bytes as they are; the hash of the array itself would be that of "1,2,3".
  if (bytes.length === 0 || $security.sha256(toString(bytes)) !== sha256) {
    throw new Refusal('hash-mismatch', 'The bytes do not have this SHA-256.');
  }
  keep(app, who.id, bytes, sha256);
  return { sha256, size: bytes.length };
}

/** Whether the document is made of these bytes: its original, or a revision. */
function holds(app, document, sha256) {
  if (document.getString('original') === sha256) return true;
  return (
    first(app, 'revisions', 'document = {:id} && sha256 = {:sha256}', { id: document.id, sha256 }) !== null
  );
}

/**
 * The blob an action names: the caller brought all of its bytes, or the document holds it already. A hash
 * alone is never a right.
 */
function named(app, who, document, sha256) {
  const blob = first(app, 'blobs', 'sha256 = {:sha256}', { sha256 });
  const brought =
    first(app, 'uploads', 'actor = {:actor} && sha256 = {:sha256}', { actor: who.id, sha256 }) !== null;
  if (blob === null || !(brought || (document !== null && holds(app, document, sha256)))) {
    throw new Refusal('blob-missing', `Send the bytes ${sha256} first.`);
  }
  return blob;
}

/** Once a document holds them, they no longer count as waiting. */
function used(tx, who, sha256) {
  const upload = first(tx, 'uploads', 'actor = {:actor} && sha256 = {:sha256}', { actor: who.id, sha256 });
  if (upload !== null) tx.delete(upload);
}

/** All bytes of a blob as a Go string: made to be compared and hashed, never to be sliced. */
function text(app, blob, length) {
  const files = app.newFilesystem();
  try {
    const reader = files.getReader(`${blob.baseFilesPath()}/${blob.getString('file')}`);
    try {
      return toString(reader, length === undefined ? MAX : length);
    } finally {
      reader.close();
    }
  } finally {
    files.close();
  }
}

/** All bytes of a blob. Not a Buffer: the engine's cannot be sliced, which readers of a file do. */
function buffer(app, blob) {
  const files = app.newFilesystem();
  try {
    const reader = files.getReader(`${blob.baseFilesPath()}/${blob.getString('file')}`);
    try {
      const { buffer: memory, byteOffset, length } = Buffer.from(toBytes(reader, MAX));
      return new Uint8Array(memory, byteOffset, length);
    } finally {
      reader.close();
    }
  } finally {
    files.close();
  }
}

/** Who was given the final file, once each: this is what the server knows of a download. */
function noteDownload(app, who, document, sha256) {
  if (document.getString('stage') !== 'completed') return;
  const final = first(app, 'revisions', 'document = {:id} && seq = {:seq}', {
    id: document.id,
    seq: document.getInt('head')
  });
  if (final === null || final.getString('sha256') !== sha256) return;
  if (events.has(app, document.id, 'downloaded', who.id, sha256)) return;
  transact(app, (tx) => {
    if (!events.has(tx, document.id, 'downloaded', who.id, sha256))
      events.append(tx, document.id, 'downloaded', who.id, { sha256 });
  });
}

/** GET blobs/{sha256}?document=<id>. */
function get(e, app, who) {
  const sha256 = e.request.pathValue('sha256');
  const id = e.request.url.query().get('document');
  const missing = new Refusal('not-found', 'There is no such file.');
  const document = first(app, 'documents', 'id = {:id}', { id });
  if (document === null || !sees(who, document) || !holds(app, document, sha256)) throw missing;
  const blob = first(app, 'blobs', 'sha256 = {:sha256}', { sha256 });
  if (blob === null) throw missing;
  noteDownload(app, who, document, sha256);
  const header = e.response.header();
  header.set('Content-Security-Policy', "sandbox; default-src 'none'");
  header.set('Content-Disposition', 'attachment; filename="document.pdf"');
  header.set('Content-Type', 'application/pdf');
  header.set('Cache-Control', 'private, no-store');
  const files = app.newFilesystem();
  try {
    files.serve(e.response, e.request, `${blob.baseFilesPath()}/${blob.getString('file')}`, 'document.pdf');
  } finally {
    files.close();
  }
}

/** Removes what nobody used for a day: uploads, then blobs that neither upload nor document names. */
function sweep(app) {
  const before = Date.now() - KEPT_MS;
  for (const row of app.findRecordsByFilter('uploads', 'at < {:before}', '', 500, 0, { before }))
    app.delete(row);
  const unused = arrayOf(new DynamicModel({ id: '', sha256: '' }));
  app
    .db()
    .newQuery(
      'SELECT id, sha256 FROM blobs WHERE ' +
        'NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.sha256 = blobs.sha256) AND ' +
        'NOT EXISTS (SELECT 1 FROM documents WHERE documents.original = blobs.sha256) AND ' +
        'NOT EXISTS (SELECT 1 FROM revisions WHERE revisions.sha256 = blobs.sha256) LIMIT 500'
    )
    .all(unused);
  for (const { id, sha256 } of unused) {
    transact(app, (tx) => {
      // Somebody may have brought it again since.
      if (first(tx, 'uploads', 'sha256 = {:sha256}', { sha256 }) === null) {
        tx.delete(tx.findRecordById('blobs', id));
      }
    });
  }
}

module.exports = { MAX, buffer, get, keep, named, put, sweep, text, used };
