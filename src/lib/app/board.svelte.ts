import type { LocalDocument } from '../store/contract.ts';
import { boardColumns, boardSummary } from './board.ts';
import { live } from './live.svelte.ts';
import { member } from './member.svelte.ts';

/** The board of the signed-in member: reads the local database, live; the network only fills that. */
export class Board {
  mine = $state(false);
  team = $state('');
  text = $state('');
  readonly #documents = live(
    member.store.watch((reads) => reads.documents()),
    [] as LocalDocument[]
  );

  readonly columns = $derived(
    boardColumns(
      this.#documents.current,
      { mine: this.mine, team: this.team, text: this.text },
      member.me?.user.id ?? ''
    )
  );
  readonly summary = $derived(boardSummary(this.columns));

  get ready(): boolean {
    return this.#documents.ready;
  }

  /** Nothing at all on this board, whatever the filters say. */
  get empty(): boolean {
    return this.ready && this.#documents.current.length === 0;
  }

  get filtered(): boolean {
    return this.mine || this.team !== '' || this.text.trim() !== '';
  }

  clear(): void {
    this.mine = false;
    this.team = '';
    this.text = '';
  }
}
