// Times of the certificate log's heads by outside authorities, and the epoch in which each entry was made (C7).
migrate(
  (app) => {
    const log = app.findCollectionByNameOrId('certificate_log');
    log.fields.add(new Field({ type: 'text', name: 'epoch', max: 60 }));
    app.save(log);
    app
      .db()
      .newQuery('UPDATE certificate_log SET epoch = COALESCE((SELECT epoch FROM workspaces LIMIT 1), "")')
      .execute();
    app.save(
      new Collection({
        type: 'base',
        name: 'log_stamps',
        fields: [
          { type: 'number', name: 'seq' },
          { type: 'text', name: 'head', required: true, max: 64 },
          // TimeStampToken over the head, base64 DER.
          { type: 'text', name: 'token', required: true, max: 100000 },
          { type: 'number', name: 'time' }
        ],
        indexes: ['CREATE INDEX log_stamps_time ON log_stamps (time)']
      })
    );
  },
  (app) => {
    app.delete(app.findCollectionByNameOrId('log_stamps'));
    const log = app.findCollectionByNameOrId('certificate_log');
    log.fields.removeByName('epoch');
    app.save(log);
  }
);
