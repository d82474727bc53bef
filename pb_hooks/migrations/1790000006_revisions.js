// Bytes by their SHA-256, who brought them, and the revisions that are made of them (`security.md` A3).
migrate(
  (app) => {
    const documents = app.findCollectionByNameOrId('documents').id;
    const blobs = new Collection({
      type: 'base',
      name: 'blobs',
      fields: [
        { type: 'text', name: 'sha256', required: true, pattern: '^[0-9a-f]{64}$' },
        { type: 'number', name: 'size' },
        { type: 'file', name: 'file', maxSelect: 1, maxSize: 54525952, protected: true, required: true }
      ],
      indexes: ['CREATE UNIQUE INDEX blobs_sha256 ON blobs (sha256)']
    });
    app.save(blobs);
    app.save(
      new Collection({
        type: 'base',
        name: 'uploads',
        fields: [
          { type: 'text', name: 'actor', required: true },
          { type: 'text', name: 'sha256', required: true },
          { type: 'number', name: 'size' },
          { type: 'number', name: 'at' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX uploads_actor ON uploads (actor, sha256)',
          'CREATE INDEX uploads_sha256 ON uploads (sha256)'
        ]
      })
    );
    app.save(
      new Collection({
        type: 'base',
        name: 'revisions',
        fields: [
          { type: 'relation', name: 'document', collectionId: documents, maxSelect: 1, required: true },
          { type: 'number', name: 'seq' },
          { type: 'text', name: 'kind', required: true, max: 20 },
          { type: 'text', name: 'sha256', required: true },
          { type: 'text', name: 'prevSha256', required: true },
          { type: 'number', name: 'size' },
          { type: 'text', name: 'party', max: 15 },
          { type: 'text', name: 'action', required: true, max: 15 },
          { type: 'number', name: 'at' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX revisions_seq ON revisions (document, seq)',
          'CREATE INDEX revisions_sha256 ON revisions (sha256)'
        ]
      })
    );
  },
  (app) => {
    for (const name of ['revisions', 'uploads', 'blobs']) app.delete(app.findCollectionByNameOrId(name));
  }
);
