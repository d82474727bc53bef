import type { InviteRequest, MemberRow, Ready, Role } from '../domain/api.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

/** Who is here, for owner and manager; the owner invites and makes teams. All of it is the server's. */
export class Team {
  members = $state.raw<readonly MemberRow[] | null>(null);
  /** Code of what went wrong last, or null. */
  problem = $state<string | null>(null);
  busy = $state(false);
  /** What the server can send with; null while nobody knows. */
  ready = $state.raw<Ready | null>(null);
  /** Teams made since `me` was read. */
  #added = $state.raw<readonly { id: string; name: string }[]>([]);
  readonly #home: Pick<typeof member, 'server' | 'me'>;

  constructor(home: Pick<typeof member, 'server' | 'me'> = member) {
    this.#home = home;
  }

  get teams(): readonly { id: string; name: string }[] {
    return [...(this.#home.me?.teams ?? []), ...this.#added].filter(
      (team, i, all) => all.findIndex((other) => other.id === team.id) === i
    );
  }

  /** Reads the list of members, when this member may see it, and what messages go through. */
  async load(): Promise<void> {
    const role = this.#home.me?.role;
    const [members, ready] = await Promise.allSettled([
      role === 'owner' || role === 'manager' ? this.#home.server.members() : null,
      this.#home.server.ready()
    ]);
    if (ready.status === 'fulfilled') this.ready = ready.value;
    if (members.status === 'fulfilled') this.members = members.value;
    else this.problem = codeOf(members.reason);
  }

  /** Sends the invitation. Returns whether it went out. */
  async invite(request: InviteRequest): Promise<boolean> {
    return this.#do(async () => {
      await this.#home.server.invite(request);
      this.members = await this.#home.server.members();
    });
  }

  async addTeam(name: string): Promise<boolean> {
    return this.#do(async () => {
      this.#added = [...this.#added, await this.#home.server.addTeam(name)];
    });
  }

  async #do(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = codeOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const ROLES: readonly Role[] = ['member', 'manager', 'owner'];
