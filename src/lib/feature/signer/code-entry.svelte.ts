/** How long until another code may be asked for, and what was typed of the present one. */
export class CodeEntry {
  digits = $state('');
  busy = $state(false);
  /** Code of why the last try failed. */
  failure = $state<string | null>(null);
  readonly #submit: (code: string) => Promise<void>;

  constructor(submit: (code: string) => Promise<void>) {
    this.#submit = submit;
  }

  /** What was typed, pasted or filled in; other signs than digits fall out. Six digits go by themselves. */
  async write(text: string): Promise<void> {
    if (this.busy) return;
    this.digits = text.replace(/\D/g, '').slice(0, 6);
    if (this.digits.length > 0) this.failure = null;
    if (this.digits.length === 6) await this.#send();
  }

  async #send(): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await this.#submit(this.digits);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      this.failure = typeof code === 'string' ? code : 'unreachable';
      // A wrong code is typed anew; where the network failed the same one may be right.
      if (this.failure !== 'unreachable') this.digits = '';
    } finally {
      this.busy = false;
    }
  }

  /** For the same six digits again, after the network failed. */
  async retry(): Promise<void> {
    if (!this.busy && this.digits.length === 6) await this.#send();
  }
}

/** `1:05` until then; null when it is over. */
export function countdown(until: number, now: number): string | null {
  const seconds = Math.ceil((until - now) / 1000);
  if (seconds <= 0) return null;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
