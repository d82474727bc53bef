import type { passphraseWeakness } from '../keys/passphrase.ts';

/**
 * A passphrase being chosen: words are offered, an own one may be typed instead. What is checked is what
 * keys/ checks again when the key is made (`security.md` K2).
 */
export class PassphraseChoice {
  /** The offered words; empty until `start`. */
  offered = $state('');
  own = $state('');
  kind = $state<'offered' | 'own'>('offered');
  /** The person said that it is kept somewhere. */
  kept = $state(false);
  #weakness = $state.raw<typeof passphraseWeakness | null>(null);

  /** Loads the word list and offers the first words. */
  async start(): Promise<void> {
    if (this.offered !== '') return;
    const { suggestPassphrase, passphraseWeakness: weakness } = await import('../keys/passphrase.ts');
    this.#weakness = weakness;
    this.offered = suggestPassphrase();
  }

  async another(): Promise<void> {
    const { suggestPassphrase } = await import('../keys/passphrase.ts');
    this.offered = suggestPassphrase();
    this.kept = false;
  }

  get value(): string {
    return this.kind === 'offered' ? this.offered : this.own;
  }

  /** Why the own one can't be taken, or null. Words that were offered are always strong enough. */
  get weakness(): 'short' | 'common' | null {
    if (this.kind === 'offered') return null;
    // Until the word list is loaded nothing can be judged, so nothing is taken.
    return this.#weakness === null ? 'short' : this.#weakness(this.own);
  }

  get good(): boolean {
    return this.value !== '' && this.kept && this.weakness === null;
  }
}
