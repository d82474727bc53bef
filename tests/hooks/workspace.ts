import type { MemberRow, PartySession, Role } from '../../src/lib/domain/api.ts';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { enter, type Sent } from './desk.ts';
import { codeIn, Drop, linkIn } from './drop.ts';
import type { Signer } from './paper.ts';
import { call, certify, OWNER, setUp, signIn, type SignedIn } from './people.ts';
import { startServer, type ServerOptions, type TestServer } from './server.ts';

/** A server that is set up, its owner signed in, and its messages in files. */
export interface Workspace {
  readonly server: TestServer;
  readonly drop: Drop;
  readonly owner: SignedIn;
}

export async function openWorkspace(options: ServerOptions = {}): Promise<Workspace> {
  const server = await startServer(options);
  await setUp(server);
  const owner = await signIn(server, OWNER.email, OWNER.password);
  return { server, drop: new Drop(server), owner };
}

/** Invites somebody, who accepts and signs in. */
export async function hire(
  { server, drop, owner }: Workspace,
  person: { name: string; email: string; role: Role; team?: string }
): Promise<SignedIn> {
  const { name, email, role } = person;
  const invited = await call<MemberRow & object>(server, 'POST', 'members', {
    auth: owner.auth,
    body: { name, email, role, team: person.team ?? null }
  });
  if (invited.status !== 200) throw new Error(`members: ${JSON.stringify(invited)}`);
  const token = linkIn((await drop.next(email, 'invitation')).text);
  const password = `${name} has a password`;
  const accepted = await call(server, 'POST', 'invite/accept', { body: { token, name, password } });
  if (accepted.status !== 200) throw new Error(`invite/accept: ${JSON.stringify(accepted)}`);
  return signIn(server, email, password);
}

export const addressOf = (party: PartyDraft): string =>
  (party.channel === 'sms' ? party.phone : party.email) ?? '';

/** The newest unread link to a party, and a session through it. */
export async function arrive(
  { server, drop }: Workspace,
  party: PartyDraft,
  kind: 'turn' | 'completed' = 'turn'
): Promise<{ link: string; session: PartySession }> {
  const address = addressOf(party);
  const link = linkIn((await drop.next(address, kind)).text);
  const session = await enter(server, link, async () => codeIn((await drop.next(address, 'code')).text));
  return { link, session };
}

/** A party with a session, a key and a certificate, ready to sign. */
export async function signerOf(
  workspace: Workspace,
  sent: Sent,
  party: PartyDraft
): Promise<Signer & { link: string; session: PartySession }> {
  const { link, session } = await arrive(workspace, party);
  const made = await certify(workspace.server, session.auth, session.nonce);
  return { document: sent.document, party, link, session, ...made };
}
