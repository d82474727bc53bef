// What devices signed of their own events, and what a receipt says of an action (`security.md` E3, E4).
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'event_statements',
        fields: [
          { type: 'text', name: 'sha256', required: true, max: 64 },
          { type: 'text', name: 'document', required: true, max: 15 },
          // Compact JWS (`src/lib/domain/event.ts`, DeviceEvents).
          { type: 'text', name: 'statement', required: true, max: 60000 }
        ],
        indexes: [
          'CREATE UNIQUE INDEX event_statements_sha256 ON event_statements (sha256)',
          'CREATE INDEX event_statements_document ON event_statements (document)'
        ]
      })
    );
    const actions = app.findCollectionByNameOrId('actions');
    actions.fields.add(new NumberField({ name: 'eventSeq' }));
    actions.fields.add(new TextField({ name: 'eventHash', max: 64 }));
    actions.fields.add(new TextField({ name: 'blobSha256', max: 64 }));
    actions.fields.add(new TextField({ name: 'epoch', max: 60 }));
    app.save(actions);
    // Which server spoke: each restore begins a new epoch, and receipts of the former ones stay good (R1, R2).
    app.save(
      new Collection({
        type: 'base',
        name: 'epochs',
        fields: [
          { type: 'text', name: 'epoch', required: true, max: 60 },
          { type: 'number', name: 'at' }
        ],
        indexes: ['CREATE UNIQUE INDEX epochs_epoch ON epochs (epoch)']
      })
    );
  },
  (app) => {
    app.delete(app.findCollectionByNameOrId('epochs'));
    const actions = app.findCollectionByNameOrId('actions');
    for (const name of ['eventSeq', 'eventHash', 'blobSha256', 'epoch']) actions.fields.removeByName(name);
    app.save(actions);
    app.delete(app.findCollectionByNameOrId('event_statements'));
  }
);
