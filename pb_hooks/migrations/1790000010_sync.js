// Stored answers by actor and action id (`security.md` A1), and the feed of `GET changes`.
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'actions',
        fields: [
          { type: 'text', name: 'actor', required: true },
          { type: 'text', name: 'action', required: true },
          { type: 'text', name: 'payloadSha256', required: true },
          { type: 'text', name: 'document', max: 15 },
          { type: 'number', name: 'status' },
          { type: 'text', name: 'body', max: 2000 },
          { type: 'number', name: 'at' }
        ],
        indexes: ['CREATE UNIQUE INDEX actions_id ON actions (actor, action)']
      })
    );
    // One row a record, moved to a new seq with each change. Owner and team outlive a removed document.
    app.save(
      new Collection({
        type: 'base',
        name: 'changes',
        fields: [
          { type: 'number', name: 'seq', required: true },
          { type: 'text', name: 'collection', required: true },
          { type: 'text', name: 'record', required: true },
          { type: 'text', name: 'document', required: true },
          { type: 'text', name: 'owner' },
          { type: 'text', name: 'team' },
          { type: 'bool', name: 'gone' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX changes_seq ON changes (seq)',
          'CREATE UNIQUE INDEX changes_record ON changes (collection, record)',
          'CREATE INDEX changes_document ON changes (document, seq)'
        ]
      })
    );
  },
  (app) => {
    for (const name of ['changes', 'actions']) app.delete(app.findCollectionByNameOrId(name));
  }
);
