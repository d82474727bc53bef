import type { TokenMade, TokenRow } from '../domain/api.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

/** The workspace's API tokens, for its owner. All of it is the server's. */
export class Tokens {
  rows = $state.raw<readonly TokenRow[] | null>(null);
  /** The one just made: shown until it is put away, and never again. */
  made = $state.raw<TokenMade | null>(null);
  /** Code of what went wrong last, or null. */
  problem = $state<string | null>(null);
  busy = $state(false);
  readonly #home: Pick<typeof member, 'server'>;

  constructor(home: Pick<typeof member, 'server'> = member) {
    this.#home = home;
  }

  load(): Promise<boolean> {
    return this.#do(async () => {
      this.rows = await this.#home.server.tokens();
    });
  }

  make(name: string): Promise<boolean> {
    return this.#do(async () => {
      this.made = await this.#home.server.addToken(name);
      this.rows = await this.#home.server.tokens();
    });
  }

  revoke(id: string): Promise<boolean> {
    return this.#do(async () => {
      await this.#home.server.revokeToken(id);
      if (this.made?.id === id) this.made = null;
      this.rows = await this.#home.server.tokens();
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
      this.problem = codeOf(error) || 'unreachable';
      return false;
    } finally {
      this.busy = false;
    }
  }
}
