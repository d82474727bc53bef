export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What just happened, in a corner, for a moment. A failure stays until it is closed. */
export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Shows `text`; goes by itself after `ms` unless it is a failure. Returns its id. */
  show(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> & { ms?: number } = {}): number {
    const { tone = 'plain', action, ms = action ? 10_000 : 6_000 } = options;
    const id = this.#next++;
    // The same sentence twice is one sentence.
    this.list = [
      ...this.list.filter((toast) => toast.text !== text),
      { id, text, tone, ...(action && { action }) }
    ];
    if (tone !== 'bad') setTimeout(() => this.close(id), ms);
    return id;
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
