import type { MessageState, TrialRequest } from '../domain/api.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

/** How often, and how long, a trial is looked after, milliseconds. */
const PACE = 700;
const PATIENCE = 25_000;

/** One message that shows whether the settings work, and what became of it. */
export class Trial {
  busy = $state(false);
  state = $state.raw<MessageState | null>(null);
  /** Code of why it was not even taken, or null. */
  failure = $state<string | null>(null);
  readonly #server: () => Pick<typeof member.server, 'trial' | 'trialState'>;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(
    server: () => Pick<typeof member.server, 'trial' | 'trialState'> = () => member.server,
    wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms))
  ) {
    this.#server = server;
    this.#wait = wait;
  }

  async start(request: TrialRequest): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    this.state = null;
    try {
      const id = await this.#server().trial(request);
      for (let waited = 0; waited < PATIENCE; waited += PACE) {
        this.state = await this.#server().trialState(id);
        if (this.state.status !== 'waiting') return;
        await this.#wait(PACE);
      }
    } catch (error) {
      this.failure = codeOf(error);
    } finally {
      this.busy = false;
    }
  }
}
