/** Sign-in of members and the live feed, by PocketBase's own SDK; loaded when it is first needed. */
import PocketBase, { BaseAuthStore, ClientResponseError } from 'pocketbase';
import { ServerRefusal, Unreachable } from '../sync/failure.ts';

export interface SignedIn {
  readonly token: string;
  readonly user: string;
}

/** The token lives in this store's memory and in Dexie, never in localStorage. */
function client(base: string, token: string | null): PocketBase {
  const store = new BaseAuthStore();
  store.save(token ?? '', null);
  const pb = new PocketBase(base, store);
  pb.autoCancellation(false);
  return pb;
}

function failure(error: unknown, code: string): Error {
  if (!(error instanceof ClientResponseError)) return error as Error;
  if (error.status === 0) return new Unreachable('no answer', { cause: error });
  if (error.status === 429) return new ServerRefusal(429, 'rate-limited', error.response);
  if (error.status >= 500) return new ServerRefusal(error.status, 'internal', error.response);
  // PocketBase's answers carry status and message; what is neither is somebody else's page.
  if (typeof error.response['message'] !== 'string') return new Unreachable('an answer that is not ours');
  return new ServerRefusal(error.status, code, error.response);
}

/** Throws ServerRefusal `credentials`, `rate-limited` or `internal`, or Unreachable. */
export async function signIn(base: string, email: string, password: string): Promise<SignedIn> {
  try {
    const answer = await client(base, null).collection('users').authWithPassword(email, password);
    return { token: answer.token, user: answer.record.id };
  } catch (error) {
    throw failure(error, 'credentials');
  }
}

/** A fresh token for one that is still good. Throws ServerRefusal 401 `sign-in` when it is not. */
export async function refresh(base: string, token: string): Promise<SignedIn> {
  try {
    const answer = await client(base, token).collection('users').authRefresh();
    return { token: answer.token, user: answer.record.id };
  } catch (error) {
    const refused = failure(error, 'sign-in');
    // A token that no longer belongs to anybody is answered with 403 or 404.
    if (refused instanceof ServerRefusal && refused.status < 429) throw new ServerRefusal(401, 'sign-in');
    throw refused;
  }
}

/**
 * Calls `changed` when a document of this member changed, and after each (re)connection, since nothing tells
 * what was missed meanwhile. → ends it. The SDK reconnects by itself.
 */
export async function listen(base: string, token: string, changed: () => void): Promise<() => void> {
  const pb = client(base, token);
  try {
    await pb.realtime.subscribe('PB_CONNECT', changed);
    await pb.collection('documents').subscribe('*', changed);
  } catch (error) {
    pb.realtime.unsubscribe().catch(() => undefined);
    throw failure(error, 'sign-in');
  }
  return () => {
    pb.realtime.unsubscribe().catch(() => undefined);
  };
}
