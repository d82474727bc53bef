// Ways into one document for one party; a row for each message (`security.md` L1 to L4). No rule opens them.
migrate(
  (app) => {
    const documents = app.findCollectionByNameOrId('documents').id;
    const parties = app.findCollectionByNameOrId('parties').id;
    app.save(
      new Collection({
        type: 'base',
        name: 'links',
        fields: [
          {
            type: 'relation',
            name: 'party',
            collectionId: parties,
            maxSelect: 1,
            required: true,
            cascadeDelete: true
          },
          {
            type: 'relation',
            name: 'document',
            collectionId: documents,
            maxSelect: 1,
            required: true,
            cascadeDelete: true
          },
          { type: 'select', name: 'kind', values: ['sign', 'copy'], maxSelect: 1, required: true },
          { type: 'text', name: 'tokenSha256', hidden: true, required: true },
          { type: 'text', name: 'codeHash', hidden: true },
          { type: 'number', name: 'codeExpires', hidden: true },
          { type: 'number', name: 'codeTries', hidden: true },
          { type: 'number', name: 'wrongTries', hidden: true },
          { type: 'number', name: 'sends', hidden: true },
          // Times (ms) of the sends of the last hour.
          { type: 'json', name: 'sendTimes', hidden: true },
          { type: 'number', name: 'expires' },
          { type: 'bool', name: 'revoked' },
          { type: 'number', name: 'createdAt' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX links_token ON links (tokenSha256)',
          'CREATE INDEX links_party ON links (party)'
        ]
      })
    );
  },
  (app) => app.delete(app.findCollectionByNameOrId('links'))
);
