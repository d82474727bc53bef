/** The small database that all identities of this browser share: who was here, links, remembered marks. */
import { Dexie, type EntityTable } from 'dexie';
import type { LinkOpened } from '../domain/api.ts';
import { databaseName, type Identity } from '../domain/identity.ts';
import type { Mark } from './contract.ts';
import { read } from './transaction.ts';

/** A signing link that was opened here. The token is a secret: it leaves this table only to our own server. */
export interface KnownLink {
  readonly token: string;
  /** What `sign/open` said last; null when it was never reached. */
  readonly opened: LinkOpened | null;
  /** Set once a code was accepted: from then on the party's own database opens without the network. */
  readonly identity: (Identity & { readonly kind: 'party' }) | null;
  readonly at: number;
}

interface IdentityRow {
  readonly name: string;
  readonly identity: Identity;
  readonly at: number;
}

class DeviceDatabase extends Dexie {
  declare identities: EntityTable<IdentityRow, 'name'>;
  declare links: EntityTable<KnownLink, 'token'>;
  declare marks: EntityTable<Mark, 'id'>;
  declare meta: EntityTable<{ readonly key: string; readonly value: unknown }, 'key'>;

  constructor() {
    super('countersign-device', { chromeTransactionDurability: 'strict' });
    this.version(1).stores({ identities: 'name', links: 'token, at', marks: 'id', meta: 'key' });
    this.on('versionchange', () => {
      this.close();
      return false;
    });
  }
}

export interface Device {
  /** The member whose database the app opens at start, or null. */
  current(): Promise<Identity | null>;
  setCurrent(identity: Identity | null): Promise<void>;
  identities(): Promise<Identity[]>;
  /** The newest, or the one of this token. */
  link(token: string | null): Promise<KnownLink | null>;
  keepLink(link: KnownLink): Promise<void>;
  dropLink(token: string): Promise<void>;
  /** Marks of whoever signs on this device, over all documents ("remember on this device"). */
  marks(): Promise<Mark[]>;
  putMark(mark: Mark): Promise<void>;
  deleteMark(id: string): Promise<void>;
}

let opened: DeviceDatabase | null = null;
function database(): DeviceDatabase {
  return (opened ??= new DeviceDatabase());
}

export const device: Device = {
  current: () =>
    read(async () => ((await database().meta.get('current'))?.value as Identity | null | undefined) ?? null),
  setCurrent: (identity) =>
    read(async () => {
      const db = database();
      await db.transaction('rw', db.meta, db.identities, async () => {
        await db.meta.put({ key: 'current', value: identity });
        if (identity !== null) {
          await db.identities.put({ name: databaseName(identity), identity, at: Date.now() });
        }
      });
    }),
  identities: () => read(async () => (await database().identities.toArray()).map(({ identity }) => identity)),
  link: (token) =>
    read(async () => {
      const found =
        token === null ? await database().links.orderBy('at').last() : await database().links.get(token);
      return found ?? null;
    }),
  keepLink: (link) => read(async () => void (await database().links.put(link))),
  dropLink: (token) => read(() => database().links.delete(token)),
  marks: () => read(() => database().marks.toArray()),
  putMark: (mark) => read(async () => void (await database().marks.put(mark))),
  deleteMark: (id) => read(() => database().marks.delete(id))
};
