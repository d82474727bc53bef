// Timestamps and archives that could not be made at once: one row a file that waits for a time authority.
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'stamps',
        fields: [
          {
            type: 'relation',
            name: 'document',
            collectionId: app.findCollectionByNameOrId('documents').id,
            maxSelect: 1,
            required: true
          },
          // SHA-256 of the revision that is to be followed.
          { type: 'text', name: 'base', required: true },
          // waiting, done, overtaken (somebody signed, or it was stamped), given-up
          { type: 'text', name: 'status', required: true, max: 20 },
          { type: 'number', name: 'due' },
          { type: 'number', name: 'lease' },
          { type: 'number', name: 'tries' },
          { type: 'text', name: 'error', max: 500 },
          { type: 'number', name: 'createdAt' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX stamps_base ON stamps (document, base)',
          'CREATE INDEX stamps_due ON stamps (status, due)'
        ]
      })
    );
  },
  (app) => app.delete(app.findCollectionByNameOrId('stamps'))
);
