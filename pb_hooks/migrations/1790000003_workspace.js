// One workspace row per process (`contracts.md`); teams and members hang on it. Written by routes only.
migrate(
  (app) => {
    const users = app.findCollectionByNameOrId('users').id;
    const workspaces = new Collection({
      type: 'base',
      name: 'workspaces',
      fields: [
        { type: 'text', name: 'name', required: true, max: 120 },
        { type: 'text', name: 'zone', max: 60 },
        { type: 'text', name: 'epoch', required: true },
        // Base64 DER, made by the owner's browser (`security.md` C1).
        { type: 'text', name: 'root', required: true, max: 20000 },
        { type: 'text', name: 'issuing', required: true, max: 20000 },
        { type: 'text', name: 'statement', required: true, max: 20000 },
        { type: 'text', name: 'rootCrl', required: true, max: 50000 },
        { type: 'number', name: 'crlNumber' },
        { type: 'number', name: 'createdAt' }
      ]
    });
    app.save(workspaces);
    const teams = new Collection({
      type: 'base',
      name: 'teams',
      fields: [
        { type: 'relation', name: 'workspace', collectionId: workspaces.id, maxSelect: 1, required: true },
        { type: 'text', name: 'name', required: true, max: 120 }
      ],
      indexes: ['CREATE UNIQUE INDEX teams_name ON teams (workspace, name)']
    });
    app.save(teams);
    const roles = ['owner', 'manager', 'member'];
    app.save(
      new Collection({
        type: 'base',
        name: 'members',
        fields: [
          { type: 'relation', name: 'workspace', collectionId: workspaces.id, maxSelect: 1, required: true },
          {
            type: 'relation',
            name: 'user',
            collectionId: users,
            maxSelect: 1,
            required: true,
            cascadeDelete: true
          },
          { type: 'select', name: 'role', values: roles, maxSelect: 1, required: true },
          { type: 'relation', name: 'team', collectionId: teams.id, maxSelect: 1 }
        ],
        indexes: ['CREATE UNIQUE INDEX members_user ON members (user)']
      })
    );
    app.save(
      new Collection({
        type: 'base',
        name: 'invitations',
        fields: [
          { type: 'text', name: 'name', required: true, max: 120 },
          { type: 'text', name: 'email', required: true, max: 254 },
          { type: 'select', name: 'role', values: roles, maxSelect: 1, required: true },
          { type: 'relation', name: 'team', collectionId: teams.id, maxSelect: 1 },
          { type: 'text', name: 'tokenSha256', hidden: true },
          { type: 'number', name: 'expires' },
          { type: 'bool', name: 'used' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX invitations_email ON invitations (email)',
          "CREATE UNIQUE INDEX invitations_token ON invitations (tokenSha256) WHERE tokenSha256 != ''"
        ]
      })
    );
  },
  (app) => {
    for (const name of ['invitations', 'members', 'teams', 'workspaces']) {
      app.delete(app.findCollectionByNameOrId(name));
    }
  }
);
