// How the holders of keys were checked (`security.md` E2), and the authority's certificate log (C7).
migrate(
  (app) => {
    // Right codes, by the hash of the session they opened. No address and no code stands here.
    app.save(
      new Collection({
        type: 'base',
        name: 'code_checks',
        fields: [
          { type: 'text', name: 'session', hidden: true, required: true },
          { type: 'text', name: 'party', required: true, max: 15 },
          { type: 'text', name: 'link', required: true, max: 20 },
          { type: 'text', name: 'code', required: true, max: 20 },
          { type: 'number', name: 'sentAt' },
          { type: 'number', name: 'rightAt' },
          { type: 'number', name: 'tries' }
        ],
        indexes: [
          'CREATE UNIQUE INDEX code_checks_session ON code_checks (session)',
          'CREATE INDEX code_checks_right ON code_checks (rightAt)'
        ]
      })
    );
    // The statement about a certified key; what opens its commitments is for its party and for the owner.
    app.save(
      new Collection({
        type: 'base',
        name: 'proofs',
        fields: [
          { type: 'text', name: 'certificate', required: true, max: 64 },
          { type: 'text', name: 'party', max: 15 },
          { type: 'text', name: 'user', max: 15 },
          { type: 'text', name: 'statement', required: true, max: 20000 },
          { type: 'json', name: 'openings', hidden: true, maxSize: 2000 },
          { type: 'text', name: 'ip', hidden: true, max: 100 },
          { type: 'text', name: 'agent', hidden: true, max: 1000 },
          { type: 'number', name: 'at' }
        ],
        indexes: ['CREATE UNIQUE INDEX proofs_certificate ON proofs (certificate)']
      })
    );
    app.save(
      new Collection({
        type: 'base',
        name: 'certificate_log',
        fields: [
          { type: 'number', name: 'seq' },
          { type: 'text', name: 'certificate', required: true, max: 64 },
          { type: 'text', name: 'leaf', required: true, max: 64 },
          { type: 'text', name: 'head', required: true, max: 64 },
          // Canonical JSON: the leaf is its hash.
          { type: 'text', name: 'opening', hidden: true, required: true, max: 5000 }
        ],
        indexes: [
          'CREATE UNIQUE INDEX certificate_log_seq ON certificate_log (seq)',
          'CREATE UNIQUE INDEX certificate_log_certificate ON certificate_log (certificate)'
        ]
      })
    );
  },
  (app) => {
    for (const name of ['certificate_log', 'proofs', 'code_checks']) {
      app.delete(app.findCollectionByNameOrId(name));
    }
  }
);
