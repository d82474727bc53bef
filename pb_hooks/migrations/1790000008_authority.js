// The server's two keys (encrypted under SECRET_KEY), what they certified, and the one-use nonces for it.
migrate(
  (app) => {
    app.save(
      new Collection({
        type: 'base',
        name: 'authority_keys',
        fields: [
          { type: 'text', name: 'name', required: true },
          { type: 'text', name: 'spki', required: true, max: 2000 },
          { type: 'text', name: 'wrapped', hidden: true, required: true, max: 2000 }
        ],
        indexes: ['CREATE UNIQUE INDEX authority_keys_name ON authority_keys (name)']
      })
    );
    app.save(
      new Collection({
        type: 'base',
        name: 'certificates',
        fields: [
          { type: 'text', name: 'serial', required: true },
          { type: 'text', name: 'sha256', required: true },
          { type: 'text', name: 'spkiSha256', required: true },
          { type: 'text', name: 'subject', max: 500 },
          { type: 'text', name: 'der', required: true, max: 20000 },
          { type: 'text', name: 'user', max: 15 },
          { type: 'text', name: 'party', max: 15 },
          { type: 'text', name: 'checked', max: 20 },
          { type: 'number', name: 'issuedAt' },
          { type: 'number', name: 'notAfter' },
          { type: 'number', name: 'revokedAt' },
          { type: 'text', name: 'revokedFor', max: 40 }
        ],
        indexes: [
          'CREATE UNIQUE INDEX certificates_serial ON certificates (serial)',
          'CREATE UNIQUE INDEX certificates_sha256 ON certificates (sha256)',
          'CREATE UNIQUE INDEX certificates_spki ON certificates (spkiSha256)',
          'CREATE INDEX certificates_party ON certificates (party)',
          'CREATE INDEX certificates_user ON certificates (user)'
        ]
      })
    );
    app.save(
      new Collection({
        type: 'base',
        name: 'nonces',
        fields: [
          { type: 'text', name: 'sha256', hidden: true, required: true },
          { type: 'text', name: 'session', hidden: true, required: true },
          { type: 'number', name: 'expires' }
        ],
        indexes: ['CREATE UNIQUE INDEX nonces_sha256 ON nonces (sha256)']
      })
    );
    // Password sign-ins of the last minutes, by the hash of the session they gave (`security.md` C2).
    app.save(
      new Collection({
        type: 'base',
        name: 'sign_ins',
        fields: [
          { type: 'text', name: 'session', hidden: true, required: true },
          { type: 'number', name: 'at' }
        ],
        indexes: ['CREATE UNIQUE INDEX sign_ins_session ON sign_ins (session)']
      })
    );
  },
  (app) => {
    for (const name of ['sign_ins', 'nonces', 'certificates', 'authority_keys']) {
      app.delete(app.findCollectionByNameOrId(name));
    }
  }
);
