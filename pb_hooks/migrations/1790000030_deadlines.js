// When a document reminds, warns and ends by itself, and the plan of the workspace for it (`backend.md`, "Messages").
migrate(
  (app) => {
    const documents = app.findCollectionByNameOrId('documents');
    // Times in UTC milliseconds, 0 = never. `reminded` counts the reminders of the present turn.
    for (const name of ['expires', 'warnAt', 'remindAt', 'reminded']) {
      documents.fields.add(new NumberField({ name }));
    }
    documents.indexes = [
      ...documents.indexes,
      'CREATE INDEX documents_remind ON documents (remindAt) WHERE remindAt > 0',
      'CREATE INDEX documents_warn ON documents (warnAt) WHERE warnAt > 0',
      'CREATE INDEX documents_expires ON documents (expires) WHERE expires > 0'
    ];
    app.save(documents);

    const parties = app.findCollectionByNameOrId('parties');
    parties.fields.add(new TextField({ name: 'zone', max: 60 }));
    // Set when the address was changed after sending (`security.md` L8).
    parties.fields.add(new NumberField({ name: 'addressChangedAt' }));
    parties.fields.add(new NumberField({ name: 'remindedAt' }));
    app.save(parties);

    const workspaces = app.findCollectionByNameOrId('workspaces');
    // Days after which a party whose turn it is is reminded; days until a sent document ends, 0 = never.
    workspaces.fields.add(new JSONField({ name: 'reminders', maxSize: 200 }));
    workspaces.fields.add(new NumberField({ name: 'expiryDays' }));
    workspaces.fields.add(new BoolField({ name: 'delegation' }));
    app.save(workspaces);
    for (const row of app.findRecordsByFilter('workspaces', '', '', 0, 0)) {
      row.load({ reminders: [2, 5, 10], expiryDays: 30, delegation: true });
      app.save(row);
    }
  },
  (app) => {
    const drop = (collection, names) => {
      const found = app.findCollectionByNameOrId(collection);
      for (const name of names) found.fields.removeByName(name);
      app.save(found);
    };
    const documents = app.findCollectionByNameOrId('documents');
    documents.indexes = documents.indexes.filter((text) => !/documents_(remind|warn|expires)/.test(text));
    app.save(documents);
    drop('documents', ['expires', 'warnAt', 'remindAt', 'reminded']);
    drop('parties', ['zone', 'addressChangedAt', 'remindedAt']);
    drop('workspaces', ['reminders', 'expiryDays', 'delegation']);
  }
);
