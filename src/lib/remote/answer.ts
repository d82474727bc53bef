/** What an answer must look like before anything of it is believed; else it counts as no answer. */
import type { ActionResult, ActionsResponse, Change, ChangesResponse } from '../domain/api.ts';
import { Unreachable } from '../sync/failure.ts';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isResult(value: unknown): value is ActionResult {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    Number.isInteger(value['status']) &&
    typeof value['code'] === 'string'
  );
}

/** `body` may be left out by a server that has nothing to say. */
export function actionsResponse(value: Record<string, unknown>): ActionsResponse {
  const { results, now } = value;
  if (!Array.isArray(results) || !results.every(isResult) || typeof now !== 'number') {
    throw new Unreachable('not an answer to actions');
  }
  return {
    now,
    results: results.map((result) => (isObject(result.body) ? result : { ...result, body: {} }))
  };
}

function isChange(value: unknown): value is Change {
  if (!isObject(value) || typeof value['id'] !== 'string') return false;
  if (!['documents', 'parties', 'revisions'].includes(value['collection'] as string)) return false;
  const { record } = value;
  return record === null || (isObject(record) && record['id'] === value['id']);
}

/** Changes of collections that this version does not know are left out. */
export function changesResponse(value: Record<string, unknown>): ChangesResponse {
  const { epoch, cursor, more, changes, now } = value;
  if (
    typeof epoch !== 'string' ||
    typeof cursor !== 'number' ||
    typeof more !== 'boolean' ||
    typeof now !== 'number' ||
    !Array.isArray(changes)
  ) {
    throw new Unreachable('not a page of changes');
  }
  return { epoch, cursor, more, now, changes: changes.filter(isChange) };
}
