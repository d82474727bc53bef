import type { Picture } from '#lib/sign/layout.ts';
import {
  cutToInk,
  inkOf,
  isCutOut,
  removeBackground,
  suggestThreshold,
  turnRight,
  type Raster
} from './background.ts';
import { PhotoError, pictureOf, readPhoto, type PhotoTrouble } from './photo.ts';

/** A photo on its way to a mark: read, freed of its paper, turned, cut to the ink. */
export class PhotoPad {
  #photo = $state.raw<Raster | null>(null);
  threshold = $state(25);
  keepPaper = $state(false);
  reading = $state(false);
  #trouble = $state<PhotoTrouble | null>(null);

  readonly #ink = $derived(this.#photo === null ? null : inkOf(this.#photo));
  /** What will stand in the file; null while there is no photo, or nothing of it is left. */
  readonly result = $derived.by((): Raster | null => {
    const photo = this.#photo;
    if (photo === null || this.#ink === null) return null;
    return this.keepPaper ? photo : cutToInk(removeBackground(photo, this.#ink, this.threshold));
  });

  get chosen(): boolean {
    return this.#photo !== null;
  }

  get trouble(): PhotoTrouble | 'blank' | null {
    if (this.#trouble !== null) return this.#trouble;
    return this.#photo !== null && this.result === null ? 'blank' : null;
  }

  get picture(): Picture | null {
    return this.result === null ? null : pictureOf(this.result);
  }

  async choose(file: Blob): Promise<void> {
    this.reading = true;
    this.#trouble = null;
    try {
      const photo = await readPhoto(file);
      // A picture with a transparent ground has been cut out already: its colours are all meant.
      this.keepPaper = isCutOut(photo);
      this.#photo = photo;
      this.threshold = suggestThreshold(inkOf(photo));
    } catch (error) {
      this.#trouble = error instanceof PhotoError ? error.code : 'unreadable';
      this.#photo = null;
    } finally {
      this.reading = false;
    }
  }

  turn(): void {
    if (this.#photo !== null) this.#photo = turnRight(this.#photo);
  }

  clear(): void {
    this.#photo = null;
    this.#trouble = null;
  }
}
