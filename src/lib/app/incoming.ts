/** A file on its way from one screen to the next: dropped on the board, opened in `/new` or `/verify`. */
class Incoming {
  #file: File | null = null;

  /** Before `goto`. A second file takes the place of the first. */
  put(file: File): void {
    this.#file = file;
  }

  /** The file, once: whoever takes it has it. Null when the screen was opened without one. */
  take(): File | null {
    const file = this.#file;
    this.#file = null;
    return file;
  }
}

export const incoming = new Incoming();
