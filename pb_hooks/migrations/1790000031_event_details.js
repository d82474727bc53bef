// What a person wrote or is called, beside the chain, which holds only its salted hash (`contracts.md`): this can be
// erased, and the chain stays whole.
migrate(
  (app) =>
    app.save(
      new Collection({
        type: 'base',
        name: 'event_details',
        fields: [
          { type: 'text', name: 'document', required: true, max: 15 },
          { type: 'text', name: 'sha256', required: true, max: 64 },
          { type: 'text', name: 'salt', hidden: true, required: true, max: 64 },
          // Canonical JSON: hashed as it stands, behind the salt.
          { type: 'text', name: 'text', hidden: true, required: true, max: 5000 }
        ],
        indexes: [
          'CREATE UNIQUE INDEX event_details_sha256 ON event_details (sha256)',
          'CREATE INDEX event_details_document ON event_details (document)'
        ]
      })
    ),
  (app) => app.delete(app.findCollectionByNameOrId('event_details'))
);
