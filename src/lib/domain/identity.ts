/** Whose local database it is: a member of the workspace, or a party of one document (`contracts.md`). */
export type Identity =
  | { readonly kind: 'member'; readonly user: string }
  | { readonly kind: 'party'; readonly document: string; readonly party: string };

/** Name of the IndexedDB database. */
export function databaseName(identity: Identity): string {
  return identity.kind === 'member'
    ? `countersign-member-${identity.user}`
    : `countersign-party-${identity.document}-${identity.party}`;
}
