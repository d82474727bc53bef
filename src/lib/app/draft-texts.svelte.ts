/** What signing will write on the pages and is known before sending, and whether our fonts can. */
import { FIRST_HAND, type DrawnText } from '../sign/drawn-text.ts';
import type { PdfWork } from '../work/pdf-client.ts';
import type { DraftContent } from './draft-content.ts';

export interface KnownText extends DrawnText {
  readonly code: 'party-name-unwritable' | 'option-unwritable' | 'value-unwritable';
  /** Party or field. */
  readonly id: string;
}

/** Names (a typed signature proposes them), what may be chosen, and what the form says already. */
export function textsOf({ parties, fields }: DraftContent): KnownText[] {
  const names = parties
    .filter(({ kind }) => kind !== 'viewer')
    .map(({ id, name }) => ({ code: 'party-name-unwritable' as const, id, text: name, hand: FIRST_HAND }));
  const options = fields
    .filter(({ kind }) => kind === 'choice')
    .flatMap(({ id, options = [], existing }) =>
      (existing?.labels ?? options).map((text) => ({
        code: 'option-unwritable' as const,
        id,
        text,
        hand: null
      }))
    );
  const values = fields
    .filter(({ kind }) => kind === 'text' || kind === 'number' || kind === 'date')
    .map(({ id, existing }) => ({
      code: 'value-unwritable' as const,
      id,
      text: existing?.value ?? '',
      hand: null
    }));
  return [...names, ...options, ...values]
    .map((known) => ({ ...known, text: known.text.trim(), what: known.id }))
    .filter(({ text }) => text !== '');
}

const keyOf = ({ text, hand }: DrawnText): string => `${hand ?? ''}:${text}`;

/** Asks the worker once for each text. */
export class Writing {
  /** Text → the first character that cannot be written, '' when all can. */
  #answers = $state.raw<Readonly<Record<string, string>>>({});
  readonly #coverage: PdfWork['coverage'];

  constructor(coverage: PdfWork['coverage']) {
    this.#coverage = coverage;
  }

  /** The character that is in the way, or null: none, or not asked yet. */
  obstacle(text: DrawnText): string | null {
    return this.#answers[keyOf(text)] || null;
  }

  /** A font that is not here and cannot be fetched now is no answer: it is asked for again. */
  async ask(texts: readonly DrawnText[]): Promise<void> {
    for (const text of texts) {
      const key = keyOf(text);
      if (this.#answers[key] !== undefined) continue;
      const answer = await this.#coverage([text]).then(
        () => '',
        (error: unknown) => {
          const { code, character } = error as { code?: unknown; character?: unknown };
          return code === 'glyph-missing' && typeof character === 'string' ? character : null;
        }
      );
      if (answer !== null) this.#answers = { ...this.#answers, [key]: answer };
    }
  }
}
