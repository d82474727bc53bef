// The weakest lock that members' keys may have (`security.md` K1). Empty: a passphrase will do.
migrate(
  (app) => {
    const workspaces = app.findCollectionByNameOrId('workspaces');
    workspaces.fields.add(new Field({ type: 'text', name: 'keyLock', max: 20 }));
    app.save(workspaces);
  },
  (app) => {
    const workspaces = app.findCollectionByNameOrId('workspaces');
    workspaces.fields.removeByName('keyLock');
    app.save(workspaces);
  }
);
