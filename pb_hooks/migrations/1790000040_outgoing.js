// Why a message did not go out, who mails come from, and the sender's own words to the parties.
migrate(
  (app) => {
    const added = [
      ['messages', { type: 'text', name: 'problem', max: 40 }],
      ['workspaces', { type: 'text', name: 'mailName', max: 120 }],
      ['workspaces', { type: 'text', name: 'mailReplyTo', max: 254 }],
      ['documents', { type: 'text', name: 'greeting', max: 500 }]
    ];
    for (const [name, field] of added) {
      const collection = app.findCollectionByNameOrId(name);
      collection.fields.add(new Field(field));
      app.save(collection);
    }
  },
  (app) => {
    for (const [name, field] of [
      ['messages', 'problem'],
      ['workspaces', 'mailName'],
      ['workspaces', 'mailReplyTo'],
      ['documents', 'greeting']
    ]) {
      const collection = app.findCollectionByNameOrId(name);
      collection.fields.removeByName(field);
      app.save(collection);
    }
  }
);
