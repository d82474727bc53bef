// Documents and their parties are read by their people and written by routes only (`backend.md`, "Rules").
migrate(
  (app) => {
    const users = app.findCollectionByNameOrId('users').id;
    const teams = app.findCollectionByNameOrId('teams').id;
    const member = (document) =>
      "@request.auth.collectionName = 'users' && @request.auth.members_via_user.id != '' && (" +
      `${document}owner = @request.auth.id || @request.auth.members_via_user.role ?= 'owner' || ` +
      `(${document}team != '' && @request.auth.members_via_user.role ?= 'manager' && ` +
      `@request.auth.members_via_user.team ?= ${document}team))`;
    const party = (id) => `@request.auth.collectionName = 'parties' && @request.auth.document = ${id}`;

    const documents = new Collection({
      type: 'base',
      name: 'documents',
      fields: [
        { type: 'relation', name: 'owner', collectionId: users, maxSelect: 1, required: true },
        { type: 'relation', name: 'team', collectionId: teams, maxSelect: 1 },
        { type: 'text', name: 'title', max: 120 },
        { type: 'json', name: 'data', maxSize: 4000 },
        {
          type: 'select',
          name: 'stage',
          values: ['draft', 'company', 'client', 'completed', 'stopped'],
          maxSelect: 1,
          required: true
        },
        { type: 'text', name: 'stopReason', max: 20 },
        { type: 'text', name: 'stopNote', max: 500 },
        { type: 'text', name: 'turn', max: 15 },
        { type: 'number', name: 'turnSince' },
        { type: 'number', name: 'version' },
        { type: 'number', name: 'head' },
        { type: 'json', name: 'fields', maxSize: 2000000 },
        { type: 'text', name: 'original', max: 64 },
        { type: 'json', name: 'template', maxSize: 500000 },
        { type: 'number', name: 'createdAt' },
        { type: 'number', name: 'updatedAt' }
      ],
      indexes: [
        'CREATE INDEX documents_owner ON documents (owner)',
        'CREATE INDEX documents_team ON documents (team)',
        'CREATE INDEX documents_original ON documents (original)'
      ]
    });
    app.save(documents);

    const parties = new Collection({
      type: 'auth',
      name: 'parties',
      fields: [
        {
          type: 'relation',
          name: 'document',
          collectionId: documents.id,
          maxSelect: 1,
          required: true,
          cascadeDelete: true
        },
        { type: 'number', name: 'order' },
        { type: 'text', name: 'letter', max: 2 },
        { type: 'text', name: 'kind', required: true, max: 20 },
        { type: 'text', name: 'name', max: 120 },
        { type: 'text', name: 'organisation', max: 120 },
        // The auth collection's own email is unique, and a person signs more than one document.
        { type: 'text', name: 'contactEmail', hidden: true, max: 254 },
        { type: 'text', name: 'contactPhone', hidden: true, max: 20 },
        { type: 'text', name: 'channel', max: 20 },
        { type: 'text', name: 'proof', max: 20 },
        { type: 'text', name: 'language', max: 20 },
        { type: 'text', name: 'member', max: 15 },
        { type: 'text', name: 'status', max: 20 },
        { type: 'number', name: 'signedAt' }
      ],
      indexes: ['CREATE INDEX parties_document ON parties (document)']
    });
    // Saved first: an auth collection gets its own fields then.
    app.save(parties);
    parties.passwordAuth.enabled = false;
    parties.otp.enabled = false;
    parties.mfa.enabled = false;
    parties.oauth2.enabled = false;
    parties.authAlert.enabled = false;
    parties.fields.getByName('email').required = false;
    // Nobody signs in with it, and a hash of the usual cost makes each new party wait for 60 ms.
    parties.fields.getByName('password').cost = 4;

    // The rules name `parties`, so they come when both collections exist.
    documents.listRule = `(${member('')}) || (${party('id')})`;
    documents.viewRule = documents.listRule;
    app.save(documents);
    parties.listRule = `(${member('document.')}) || (${party('document')})`;
    parties.viewRule = parties.listRule;
    app.save(parties);
  },
  (app) => {
    for (const name of ['parties', 'documents']) app.delete(app.findCollectionByNameOrId(name));
  }
);
