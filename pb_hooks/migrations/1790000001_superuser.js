// PocketBase prints an install link while there is no superuser (`security.md` O6). Nobody knows this password.
migrate(
  (app) => {
    const superuser = new Record(app.findCollectionByNameOrId('_superusers'));
    superuser.setEmail('nobody@countersign.invalid');
    superuser.setRandomPassword();
    app.save(superuser);
  },
  (app) => app.delete(app.findAuthRecordByEmail('_superusers', 'nobody@countersign.invalid'))
);
