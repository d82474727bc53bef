/** The document being prepared: every edit, its undo, its saving, its layout, and sending it. */
import type { Me } from '../domain/api.ts';
import { nameFields, type Field } from '../domain/field.ts';
import type { PartyDraft } from '../domain/party.ts';
import type { HashedBlob, LocalDocument, Store } from '../store/contract.ts';
import { builtInTemplates } from '../templates/consultancy.ts';
import type { TemplateValues, TextTemplate } from '../templates/template.ts';
import type { PdfSummary, PdfWork } from '../work/pdf-client.ts';
import type { FieldOffer } from '../work/protocol.ts';
import type { LaidDocument } from '../work/template-client.ts';
import { checkDraft, type DraftProblem } from './draft-checks.ts';
import {
  emptyContent,
  inOrder,
  lettersOf,
  line,
  onFile,
  payloadOf,
  tidied,
  withGiven,
  withoutGiven,
  type DraftContent,
  type PageSize
} from './draft-content.ts';
import { History } from './draft-history.svelte.ts';
import { Saver } from './draft-saver.svelte.ts';
import { textsOf, Writing } from './draft-texts.svelte.ts';
import { emptyValues, missingValues, valuesOf, withPlaces, withValues } from './draft-template.ts';

/** What a draft needs of the rest of the app; tests bring their own. */
export interface DraftPorts {
  readonly me: Me;
  readonly store: Pick<
    Store,
    'createDraft' | 'saveDraft' | 'freezeDocument' | 'sendDocument' | 'deleteDraft'
  >;
  readonly work: Pick<PdfWork, 'summary' | 'freeze' | 'withoutXfa' | 'coverage'>;
  layOut(template: string, version: number, values: TemplateValues): Promise<LaidDocument>;
  hash(blob: Blob): Promise<HashedBlob>;
  newId(): string;
  now(): number;
  /** `YYYY-MM-DD` on the person's calendar. */
  today(): string;
  /** https or localhost. */
  readonly secure: boolean;
}

interface KnownFile extends HashedBlob {
  readonly summary: PdfSummary;
}

/** Where an error came from, and its code (`app/sentences.ts`); `field`: the merge field it is about. */
export interface DraftFailure {
  readonly during: 'open' | 'layout' | 'send' | 'discard';
  readonly code: string;
  readonly field: string | null;
}

/** Values are laid out once the person pauses this long, milliseconds. */
const PAUSE = 500;

export class Draft {
  /** Revision 0 is written; only Send is left. */
  frozen = $state(false);
  /** A file is being read. */
  opening = $state(false);
  /** Pages of the template are being made. */
  laying = $state(false);
  sending = $state(false);
  /** The sender's own words for the mails; kept only until it is sent. */
  greeting = $state('');
  failure = $state.raw<DraftFailure | null>(null);

  readonly me: Me;
  readonly saver: Saver;
  readonly #ports: DraftPorts;
  readonly #history: History<DraftContent>;
  #known = $state.raw<readonly KnownFile[]>([]);
  /** SHA-256 of laid-out pages → the very values they were made from. */
  #laid = $state.raw<Readonly<Record<string, TemplateValues>>>({});
  readonly #writing: Writing;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #layout: ReturnType<typeof setTimeout> | undefined;
  #layouts = 0;

  constructor(ports: DraftPorts, stored: { id: string; content: DraftContent } | null = null) {
    this.#ports = ports;
    this.me = ports.me;
    this.#writing = new Writing((texts) => ports.work.coverage(texts));
    this.#history = new History(stored?.content ?? emptyContent(ports.me, ports.newId, ports.today()));
    this.saver = new Saver(ports.store, stored);
    const original = stored?.content.original ?? null;
    if (stored !== null && original !== null) this.#laid = { [original]: valuesOf(stored.content) };
  }

  get id(): string | null {
    return this.saver.id;
  }
  get content(): DraftContent {
    return this.#history.present;
  }
  get canUndo(): boolean {
    return this.#history.canUndo && !this.frozen;
  }
  get canRedo(): boolean {
    return this.#history.canRedo && !this.frozen;
  }

  readonly #document = $derived.by<KnownFile | null>(() => {
    const { original } = this.content;
    return this.#known.find(({ sha256 }) => sha256 === original) ?? null;
  });
  /** The bytes before freeze, null while there are none on this device. */
  readonly file = $derived<Blob | null>(this.#document?.blob ?? null);
  readonly summary = $derived<PdfSummary | null>(this.#document?.summary ?? null);
  readonly pages = $derived<readonly PageSize[]>(this.summary?.pages ?? []);
  readonly parties = $derived<readonly PartyDraft[]>(inOrder(this.content.parties));
  /** Fields of the uploaded form that may be given to somebody. */
  readonly offers = $derived<readonly FieldOffer[]>(
    this.summary?.fields.flatMap(({ offer }) => (offer === null ? [] : [offer])) ?? []
  );
  readonly template = $derived<TextTemplate | null>(
    builtInTemplates.find(
      ({ id, version }) => id === this.content.template?.id && version === this.content.template.version
    ) ?? null
  );
  readonly values = $derived<TemplateValues>(valuesOf(this.content));
  readonly missing = $derived<readonly string[]>(
    this.template === null ? [] : missingValues(this.template, this.values)
  );
  /** The pages do not say yet what the form says. */
  readonly stale = $derived(
    this.template !== null &&
      (this.content.original === null || this.#laid[this.content.original] !== this.values)
  );
  readonly problems = $derived.by<readonly DraftProblem[]>(() =>
    checkDraft({
      content: this.content,
      size: this.summary?.size ?? null,
      pages: this.pages,
      summary: this.summary,
      missing: this.missing.length,
      obstacle: (text) => this.#writing.obstacle(text),
      secure: this.#ports.secure
    })
  );
  readonly blocked = $derived(
    this.problems.some(({ level }) => level === 'block') || this.laying || this.opening || this.stale
  );
  /** Who signs first does it on this very device. */
  readonly signsHere = $derived(this.parties.find(({ kind }) => kind !== 'viewer')?.channel === 'hand');

  /** `key`: edits of one thing in a row are one step of undo. */
  edit(change: (content: DraftContent) => DraftContent, key: string | null = null): void {
    if (this.frozen) return;
    this.#history.commit(change(this.content), key, this.#ports.now());
    this.#changed();
  }

  /** Asks whether what signing will write can be written; `problems` has the answers. Never rejects. */
  checkTexts(): Promise<void> {
    clearTimeout(this.#asking);
    return this.#writing.ask(textsOf(this.content));
  }

  undo(): void {
    if (this.frozen) return;
    this.#history.undo();
    this.#changed();
  }

  redo(): void {
    if (this.frozen) return;
    this.#history.redo();
    this.#changed();
  }

  field(id: string | null): Field | null {
    return this.content.fields.find((field) => field.id === id) ?? null;
  }

  /** Gives fields of the uploaded form to a party: one step of undo. What is not offered is left out. */
  give(names: readonly string[], party: string): void {
    const offers = this.offers.filter(({ existing }) => names.includes(existing.name));
    if (offers.length > 0)
      this.edit((content) => withGiven(content, offers, party, () => this.#ports.newId()));
  }

  takeBack(names: readonly string[]): void {
    this.edit((content) => withoutGiven(content, names));
  }

  /** Takes a PDF as the document. A file that cannot be used is left out, and `failure` says why. */
  async open(file: Blob & { readonly name?: string }): Promise<boolean> {
    this.failure = null;
    this.opening = true;
    try {
      const known = await this.#learn(file);
      const name = (file.name ?? '').replace(/\.pdf$/i, '').replace(/[_\s]+/g, ' ');
      this.edit((content) => {
        const fresh = content.title === '' || content.template !== null;
        return {
          ...content,
          title: fresh ? line(known.summary.title.trim() || name, 120) : content.title,
          fields: onFile(content.fields, known.summary),
          original: known.sha256,
          template: null
        };
      });
      return true;
    } catch (error) {
      this.#fail('open', error);
      return false;
    } finally {
      this.opening = false;
    }
  }

  /** Takes the XFA form out of the file, because the person asked: one step of undo. */
  async removeXfa(): Promise<void> {
    const { file } = this;
    if (file === null || this.frozen) return;
    this.failure = null;
    this.opening = true;
    try {
      const known = await this.#learn((await this.#ports.work.withoutXfa(file)).blob);
      this.edit((content) => ({ ...content, original: known.sha256 }));
    } catch (error) {
      this.#fail('open', error);
    } finally {
      this.opening = false;
    }
  }

  /** Reads the bytes of a stored draft, as `load` found them. */
  async adopt(file: Blob): Promise<void> {
    this.opening = true;
    try {
      const known = await this.#learn(file);
      this.saver.has(known.sha256);
    } catch (error) {
      this.#fail('open', error);
    } finally {
      this.opening = false;
    }
  }

  startTemplate(template: TextTemplate): void {
    this.failure = null;
    const company = this.parties.find(({ kind }) => kind === 'company')?.organisation ?? '';
    const values = emptyValues(template, this.#ports.today(), company);
    this.edit((content) => withValues({ ...content, original: null, fields: [] }, template, values));
  }

  setValues(values: TemplateValues, key: string): void {
    const { template } = this;
    if (template === null) return;
    this.edit((content) => withValues(content, template, values), key);
  }

  /** Makes the pages of the template from its present values. */
  async layOut(): Promise<void> {
    clearTimeout(this.#layout);
    const { template, values } = this;
    if (template === null || this.frozen || this.missing.length > 0) return;
    const turn = ++this.#layouts;
    this.laying = true;
    if (this.failure?.during === 'layout') this.failure = null;
    try {
      const laid = await this.#ports.layOut(
        template.id,
        template.version,
        $state.snapshot(values) as TemplateValues
      );
      const known = await this.#learn(laid.pdf);
      // The person went on writing, or took another document: a newer layout is on its way or none is wanted.
      if (turn !== this.#layouts || this.values !== values) return;
      const { content } = this;
      const placed = withPlaces(
        { ...content, original: known.sha256, data: { ...content.data, amount: line(laid.amount, 60) } },
        laid.places
      );
      this.#laid = { ...this.#laid, [known.sha256]: values };
      this.#history.amend(placed);
      this.#save();
    } catch (error) {
      if (turn === this.#layouts) this.#fail('layout', error);
    } finally {
      if (turn === this.#layouts) this.laying = false;
    }
  }

  /** Freezes and hands it to the first party: two commits, either of which survives a closed tab. */
  async send(): Promise<boolean> {
    if (this.sending || (this.blocked && !this.frozen)) return false;
    this.failure = null;
    this.sending = true;
    try {
      if (!this.frozen) await this.checkTexts();
      if (this.blocked && !this.frozen) return false;
      const id = await this.saver.flush(this.content, this.#document);
      if (!this.frozen) await this.#freeze(id);
      await this.#ports.store.sendDocument(id, this.greeting.trim());
      return true;
    } catch (error) {
      this.#fail('send', error);
      return false;
    } finally {
      this.sending = false;
    }
  }

  async discard(): Promise<boolean> {
    try {
      clearTimeout(this.#layout);
      await this.saver.stop();
      if (this.id !== null) await this.#ports.store.deleteDraft(this.id);
      return true;
    } catch (error) {
      this.#fail('discard', error);
      return false;
    }
  }

  /** Writes what waits to be written: before the page goes or is hidden. */
  persist(): Promise<void> {
    return this.saver.persist();
  }

  async #freeze(id: string): Promise<void> {
    const file = this.file;
    if (file === null) throw Object.assign(new Error('no bytes'), { code: 'not-found' });
    const content = tidied(this.content);
    const letters = lettersOf(
      content.parties,
      this.summary?.fields.map(({ name }) => name)
    );
    const fields = nameFields(content.fields, letters);
    const parties = inOrder(content.parties).map((party, order) => ({ ...party, order }));
    const layout = {
      parties: parties.map(({ id: party, name }) => ({ id: party, letter: letters.get(party) ?? '', name })),
      fields
    };
    const { blob, sha256 } = await this.#ports.work.freeze(file, layout);
    await this.#ports.store.freezeDocument(id, payloadOf({ ...content, parties, fields }), { blob, sha256 });
    this.frozen = true;
  }

  async #learn(file: Blob): Promise<KnownFile> {
    const summary = await this.#ports.work.summary(file);
    const known = { ...(await this.#ports.hash(file)), summary };
    this.#known = [...this.#known, known];
    return known;
  }

  #changed(): void {
    this.#save();
    clearTimeout(this.#asking);
    // Fonts are fetched for a document that is there, not for every name that somebody tries.
    if (this.content.original !== null) this.#asking = setTimeout(() => void this.checkTexts(), PAUSE);
    clearTimeout(this.#layout);
    if (this.stale && this.missing.length === 0) this.#layout = setTimeout(() => void this.layOut(), PAUSE);
  }

  #save(): void {
    // Pages that lag behind the form are not kept: whoever opens the draft again makes them anew.
    if (this.stale) this.saver.schedule({ ...this.content, original: null }, null);
    else this.saver.schedule(this.content, this.#document);
  }

  #fail(during: DraftFailure['during'], error: unknown): void {
    const { code, field } = error as { code?: unknown; field?: unknown };
    this.failure = {
      during,
      code: typeof code === 'string' ? code : 'internal',
      field: typeof field === 'string' ? field : null
    };
  }
}

/** The draft inside a stored document. */
export function contentOf({ document, parties }: LocalDocument): DraftContent {
  return {
    title: document.title,
    data: document.data,
    parties: parties.map(
      ({ document: _document, letter: _letter, status: _status, signedAt: _signedAt, ...party }) => party
    ),
    fields: document.fields,
    original: document.original,
    template: document.template
  };
}
