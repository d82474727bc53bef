import { Dexie } from 'dexie';
import { StoreError } from './contract.ts';
import { storeError } from './failure.ts';
import type { StorePoint, StorePorts } from './port.ts';
import type { CountersignDatabase } from './schema.ts';

/** One open database with its ports: what every part of the store works on. */
export interface Room {
  readonly db: CountersignDatabase;
  readonly ports: StorePorts;
  readonly readOnly: boolean;
}

/** The three points around one kind of write. */
export interface Points {
  readonly before: StorePoint;
  readonly after: StorePoint;
}

export const COMMIT: Points = { before: 'store.before-commit', after: 'store.committed' };
export const ANSWER: Points = { before: 'answer.before-commit', after: 'answer.committed' };
export const PULL: Points = { before: 'pull.before-commit', after: 'pull.committed' };

/**
 * All of `work` or nothing: one transaction over every table, so that a record, its bytes and the action that
 * reports it can never part. Inside, only the database may be awaited.
 */
export async function write<T>(room: Room, points: Points | null, work: () => Promise<T>): Promise<T> {
  if (room.readOnly) throw new StoreError('newer');
  if (points !== null) await room.ports.at(points.before);
  let result: T;
  try {
    result = await room.db.transaction('rw', room.db.tables, async () => {
      const done = await work();
      if (points === COMMIT) {
        const held = room.ports.at('store.writing');
        if (held instanceof Promise) await Dexie.waitFor(held);
      }
      return done;
    });
  } catch (error) {
    throw storeError(error);
  }
  if (points !== null) await room.ports.at(points.after);
  return result;
}

/** A single write outside the document's way; same errors. */
export async function read<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error);
  }
}
