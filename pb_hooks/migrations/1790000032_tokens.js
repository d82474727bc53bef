// API tokens: a row stands for the right of a member to send documents from another program. Only the hash is kept.
migrate(
  (app) =>
    app.save(
      new Collection({
        type: 'base',
        name: 'tokens',
        fields: [
          { type: 'text', name: 'name', required: true, max: 120 },
          { type: 'text', name: 'sha256', hidden: true, required: true, max: 64 },
          { type: 'text', name: 'user', required: true, max: 15 },
          { type: 'number', name: 'createdAt' },
          { type: 'number', name: 'usedAt' },
          { type: 'number', name: 'revokedAt' }
        ],
        indexes: ['CREATE UNIQUE INDEX tokens_sha256 ON tokens (sha256)']
      })
    ),
  (app) => app.delete(app.findCollectionByNameOrId('tokens'))
);
