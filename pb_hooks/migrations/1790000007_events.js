// The chain of what happened to a document. `document` is text: a removed draft leaves its history.
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'events',
        fields: [
          { type: 'text', name: 'document', required: true, max: 15 },
          { type: 'number', name: 'seq' },
          { type: 'text', name: 'kind', required: true, max: 40 },
          { type: 'text', name: 'actor', required: true, max: 60 },
          { type: 'number', name: 'at' },
          // Canonical JSON as text: it is hashed as it stands.
          { type: 'text', name: 'data', max: 20000 },
          { type: 'text', name: 'prev', max: 64 },
          { type: 'text', name: 'hash', required: true, max: 64 }
        ],
        indexes: ['CREATE UNIQUE INDEX events_seq ON events (document, seq)']
      })
    );
  },
  (app) => app.delete(app.findCollectionByNameOrId('events'))
);
