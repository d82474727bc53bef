/**
 * A member's database as version 1 of the app left it: a frozen document whose sending waits, a draft that was
 * refused, a key, a half-filled form. Written by hand; never edited, whatever the present schema says.
 */
export const USER_V1 = 'v1member0000000';
export const DOCUMENT_V1 = 'v1document00000';
const [A, B] = ['v1party0000000a', 'v1party0000000b'];
const ORIGINAL = 'original of version one';
const FROZEN = 'original of version one, frozen';
/** SHA-256 of the two texts above. */
export const ORIGINAL_V1 = '0438dd309e65ad4a444cd13cf5b49648c5b5cb8b45eb49a80ead5479ff608700';
export const FROZEN_V1 = '2d1cff867a0f5be2597d16ddb84ff9d02eaeafd60cf7ead8a7bfc49ebddac4d1';

const data = { counterparty: 'Kowalski Ltd', number: '7', date: '2026-11-24', amount: 'EUR 100' };
const way = { organisation: '', proof: 'email', language: 'en', member: null, channel: 'email' };
const parties = [
  { id: A, order: 0, kind: 'company', name: 'Director', email: 'director@example.org', ...way },
  { id: B, order: 1, kind: 'client', name: 'Client', email: 'client@example.org', ...way }
];
const draft = { title: 'Old contract', data, parties, fields: [], original: ORIGINAL_V1, template: null };
const revision = { seq: 0, sha256: FROZEN_V1, size: FROZEN.length, prevSha256: ORIGINAL_V1 };
const record = {
  ...{ id: DOCUMENT_V1, owner: USER_V1, ownerName: 'Ada Nowak', team: null, title: 'Old contract', data },
  ...{ stage: 'draft', stopReason: null, stopNote: '', turn: null, turnSince: 1000, version: 2, head: 0 },
  ...{ fields: [], original: ORIGINAL_V1, template: null, created: 1000, updated: 2000 }
};
const action = { v: 1, document: DOCUMENT_V1, at: 1000 };
const queue = { document: DOCUMENT_V1, tries: 0, nextAttempt: 0, state: 'waiting' };

const STORES: readonly (readonly [
  name: string,
  options: IDBObjectStoreParameters,
  indexes: readonly (readonly [string, boolean])[],
  rows: () => readonly object[]
])[] = [
  [
    'documents',
    { keyPath: 'id' },
    [],
    () => [{ id: DOCUMENT_V1, shown: record, server: null, acked: 0, gone: false }]
  ],
  [
    'parties',
    { keyPath: 'id' },
    [['document', false]],
    () =>
      parties.map((party, i) => ({
        id: party.id,
        document: DOCUMENT_V1,
        shown: { ...party, document: DOCUMENT_V1, letter: 'AB'[i], status: 'waiting', signedAt: null },
        server: null
      }))
  ],
  [
    'revisions',
    { keyPath: ['document', 'seq'] },
    [['document', false]],
    () => [
      {
        document: DOCUMENT_V1,
        seq: 0,
        shown: {
          ...revision,
          id: 'v1action0000002',
          document: DOCUMENT_V1,
          kind: 'freeze',
          party: null,
          at: 2000
        },
        server: null
      }
    ]
  ],
  [
    'blobs',
    { keyPath: 'sha256' },
    [],
    () => [
      { sha256: ORIGINAL_V1, blob: new Blob([ORIGINAL]), sent: false, at: 1000 },
      { sha256: FROZEN_V1, blob: new Blob([FROZEN]), sent: false, at: 2000 }
    ]
  ],
  [
    'outbox',
    { keyPath: 'order', autoIncrement: true },
    [
      ['id', true],
      ['document', false]
    ],
    () => [
      {
        ...queue,
        order: 1,
        id: 'v1action0000001',
        action: { ...action, id: 'v1action0000001', kind: 'document.create', baseVersion: 0, payload: draft },
        blobs: [ORIGINAL_V1]
      },
      {
        ...queue,
        order: 2,
        id: 'v1action0000002',
        action: {
          ...action,
          id: 'v1action0000002',
          kind: 'document.freeze',
          baseVersion: 1,
          payload: { ...draft, revision }
        },
        blobs: [ORIGINAL_V1, FROZEN_V1]
      }
    ]
  ],
  [
    'rejected',
    { keyPath: 'id' },
    [['document', false]],
    () => [
      {
        ...{
          id: 'v1action0000009',
          order: 9,
          document: 'v1document00009',
          blobs: [],
          status: 403,
          code: 'forbidden'
        },
        ...{ conflict: false, current: null, at: 3000 },
        action: {
          ...{ v: 1, id: 'v1action0000009', kind: 'document.void', document: 'v1document00009', at: 3000 },
          ...{ baseVersion: 4, payload: { reason: 'a mistake' } }
        }
      }
    ]
  ],
  [
    'keys',
    { keyPath: 'id' },
    [['document', false]],
    () => [
      {
        ...{ id: 'v1key0000000000', document: null, party: null, record: { v: 1, wrapped: 'AAAA' } },
        ...{ certificate: null, chain: [], created: 1000 }
      }
    ]
  ],
  [
    'marks',
    { keyPath: 'id' },
    [],
    () => [{ id: 'signature:me', kind: 'signature', value: { kind: 'typed', text: 'Ada' }, at: 1 }]
  ],
  [
    'drafts',
    { keyPath: 'key' },
    [],
    () => [{ key: `sign:${DOCUMENT_V1}:${A}`, value: { v: 1, values: { t1: 'Warsaw' } }, at: 1 }]
  ],
  [
    'meta',
    { keyPath: 'key' },
    [],
    () => [
      {
        key: 'me',
        value: {
          user: { id: USER_V1, name: 'Ada Nowak', email: 'ada@example.org' },
          ...{ role: 'member', team: null, teams: [], now: 0 },
          workspace: { id: 'v1workspace0000', name: 'Example', zone: 'Europe/Warsaw' }
        }
      },
      { key: 'cursor', value: 0 }
    ]
  ]
];

/** Makes it, with IndexedDB alone: Dexie counts its versions in tens. */
export function writeDatabaseV1(name: string): Promise<void> {
  return new Promise((done, fail) => {
    const request = indexedDB.open(name, 10);
    request.onupgradeneeded = () => {
      for (const [store, options, indexes, rows] of STORES) {
        const made = request.result.createObjectStore(store, options);
        for (const [index, unique] of indexes) made.createIndex(index, index, { unique });
        for (const row of rows()) made.add(row);
      }
    };
    request.onsuccess = () => {
      request.result.close();
      done();
    };
    request.onerror = () => fail(request.error ?? new Error('not made'));
  });
}
