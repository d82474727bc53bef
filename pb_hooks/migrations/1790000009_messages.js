// What goes out by mail and SMS. A row is written with the change that causes it; links and codes are not in it.
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'messages',
        fields: [
          { type: 'text', name: 'key', required: true },
          { type: 'text', name: 'document', max: 15 },
          { type: 'text', name: 'party', max: 15 },
          { type: 'select', name: 'channel', values: ['email', 'sms'], maxSelect: 1, required: true },
          { type: 'text', name: 'kind', required: true, max: 20 },
          { type: 'text', name: 'address', hidden: true, required: true, max: 254 },
          { type: 'json', name: 'payload', hidden: true, maxSize: 20000 },
          {
            type: 'select',
            name: 'status',
            values: ['waiting', 'sent', 'delivered', 'failed'],
            maxSelect: 1,
            required: true
          },
          { type: 'number', name: 'tries' },
          { type: 'number', name: 'due' },
          { type: 'number', name: 'lease' },
          { type: 'text', name: 'error', max: 500 },
          { type: 'text', name: 'provider', max: 200 },
          { type: 'number', name: 'createdAt' },
          { type: 'number', name: 'changedAt' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX messages_key ON messages (key)',
          'CREATE INDEX messages_due ON messages (status, due)',
          'CREATE INDEX messages_document ON messages (document)'
        ]
      })
    );
  },
  (app) => app.delete(app.findCollectionByNameOrId('messages'))
);
