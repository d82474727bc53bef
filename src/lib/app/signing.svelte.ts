import type { Consent } from '../domain/consent.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { Mark, Picture } from '../sign/layout.ts';
import { DEVICE_EVENTS } from '../domain/event.ts';
import { Journal } from './journal.ts';
import { codeOf } from './sentences.ts';
import {
  filledWith,
  localDay,
  nextOpen,
  offeredValues,
  openFields,
  ownFields,
  type Filled,
  type OwnField
} from './signing-fields.ts';
import { stamped } from './stamped.svelte.ts';
import { clockState, type ClockState } from './signing-time.ts';
import { sendsOn, signTurn, type SignedTurn, type SigningPorts, type SigningStep } from './signing-work.ts';

/** The document as its signer sees it. */
export interface SigningView {
  readonly document: DocumentRecord;
  readonly party: PartyRecord;
  readonly parties: readonly PartyRecord[];
  readonly revisions: readonly RevisionRecord[];
  readonly consent: Consent;
}

/** Where half-done input lies until it is signed. */
export interface SigningDraft {
  load(): Promise<unknown>;
  keep(value: DraftValue): Promise<void>;
}

export interface DraftValue extends Filled {
  readonly v: 1;
  /** Strokes on the pad that were not taken over yet. */
  readonly pad: readonly unknown[];
}

/** Marks of this person from earlier documents on this device. */
export interface Remembered {
  readonly signature?: Mark;
  readonly initials?: Mark;
  readonly stamp?: Picture;
}

export interface MarkMemory {
  recall(): Promise<Remembered>;
  remember(kind: keyof Remembered, mark: Mark | Picture): Promise<void>;
  forget(kind: keyof Remembered): Promise<void>;
}

/**
 * One party's turn: what is filled in, what is left, and the act of signing.
 * `filling → (signing → signed) | (signing → filling with a failure)`. Every change is kept in the store at
 * once, so a closed tab loses nothing; the draft goes when the signature is durable.
 */
export class Signing {
  readonly view: SigningView;
  readonly fields: readonly OwnField[];
  readonly memory: MarkMemory | null;
  readonly #draft: SigningDraft;
  readonly #ports: SigningPorts;

  values = $state.raw<Readonly<Record<string, string>>>({});
  marks = $state.raw<Readonly<Record<string, Mark>>>({});
  stamps = $state.raw<Readonly<Record<string, Picture>>>({});
  pad = $state.raw<readonly unknown[]>([]);
  /** Name of the field that is being filled, null when none is. */
  selected = $state<string | null>(null);
  step = $state<SigningStep | null>(null);
  /** Code of why the last attempt failed; nothing was stored then. */
  failure = $state<string | null>(null);
  /** What was thrown then, for a sentence that names what is in the way. */
  cause = $state.raw<unknown>(null);
  signed = $state.raw<SignedTurn | null>(null);
  /** How this device's clock stands to the server's: shown when it is off, never in the way (T3). */
  clock = $state.raw<ClockState>({ kind: 'right', ahead: 0 });
  /** What the reader typed to open the file. */
  password: string | null = null;

  readonly journal: Journal;

  readonly filled = $derived<Filled>({ values: this.values, marks: this.marks, stamps: this.stamps });
  #keeping: Promise<void> | null = null;
  #stale = false;

  constructor(view: SigningView, ports: SigningPorts, draft: SigningDraft, memory: MarkMemory | null) {
    this.view = view;
    this.fields = ownFields(view.document.fields, view.party.id);
    this.#ports = ports;
    this.journal = new Journal(ports);
    this.#draft = draft;
    this.memory = memory;
  }

  /** Needed fields that are empty, and values that cannot stand. */
  get open(): readonly OwnField[] {
    return openFields(this.fields, this.filled);
  }

  /** "Sign and send on" rather than "I agree and sign". */
  get sendsOn(): boolean {
    return sendsOn(this.view.party, this.view.parties);
  }

  get busy(): boolean {
    return this.step !== null && this.signed === null;
  }

  /** Takes up what was typed and drawn before; offers today and remembered marks for what is empty. */
  async restore(): Promise<void> {
    const offers = offeredValues(this.fields, localDay(this.#ports.now()));
    const recall = this.memory?.recall() ?? Promise.resolve<Remembered>({});
    const [kept, remembered, heard] = await Promise.all([
      this.#draft.load(),
      recall,
      this.#ports.serverTime()
    ]);
    this.clock = clockState(heard, this.#ports.now());
    const draft = isDraft(kept) ? kept : null;
    const own = <T>(table: Readonly<Record<string, T>> | undefined): Record<string, T> =>
      Object.fromEntries(
        Object.entries(table ?? {}).filter(([name]) => this.fields.some((f) => f.name === name))
      );
    this.values = { ...offers, ...own(draft?.values) };
    this.marks = draft ? own(draft.marks) : this.#everywhere(remembered);
    this.stamps = draft ? own(draft.stamps) : this.#stampEverywhere(remembered.stamp);
    this.pad = draft?.pad ?? [];
  }

  fill(name: string, value: string): void {
    this.values = filledWith(this.fields, this.values, name, value);
    this.journal.fill(name);
    this.failure = null;
    this.#keep();
  }

  /**
   * What keeps a typed mark from being written into the file, null when nothing does. Brings the fonts that it
   * needs, so that they are there when the network is not.
   */
  async obstacle(mark: Mark): Promise<unknown> {
    if (mark.kind !== 'typed') return null;
    try {
      await this.#ports.work.coverage?.([{ text: mark.text, hand: mark.hand ?? null, what: 'mark' }]);
      return null;
    } catch (error) {
      return error;
    }
  }

  /** Puts a signature or initials at a field, and at the party's other empty fields of that kind. */
  placeMark(field: OwnField, mark: Mark): void {
    const others = this.fields.filter((f) => f.kind === field.kind && this.marks[f.name] === undefined);
    this.marks = { ...this.marks, ...Object.fromEntries([field, ...others].map((f) => [f.name, mark])) };
    for (const { name } of [field, ...others]) this.journal.fill(name);
    this.pad = [];
    this.failure = null;
    this.#keep();
  }

  placeStamp(field: OwnField, stamp: Picture): void {
    const others = this.fields.filter((f) => f.kind === 'stamp' && this.stamps[f.name] === undefined);
    this.stamps = { ...this.stamps, ...Object.fromEntries([field, ...others].map((f) => [f.name, stamp])) };
    for (const { name } of [field, ...others]) this.journal.fill(name);
    this.failure = null;
    this.#keep();
  }

  keepPad(strokes: readonly unknown[]): void {
    this.pad = strokes;
    this.#keep();
  }

  /** The field to go to after the selected one; null when nothing is left. Selects it. */
  next(): OwnField | null {
    const field = nextOpen(this.fields, this.filled, this.selected);
    this.selected = field?.name ?? null;
    return field;
  }

  /** Signs; true when it is durable on this device. `button`: the words that were pressed. */
  async sign(button: string, consentAt: number): Promise<boolean> {
    if (this.busy || this.signed !== null || this.open.length > 0) return false;
    this.failure = null;
    this.selected = null;
    const journal = this.journal.entries(DEVICE_EVENTS.count - 1);
    const act = { ...this.filled, journal, button, consentAt, password: this.password };
    try {
      this.signed = await signTurn(this.view, act, this.#ports, (step) => (this.step = step));
      stamped.note(this.view.document.id, this.view.party.id, this.signed.timestamp);
    } catch (error) {
      this.step = null;
      this.failure = codeOf(error) || 'failed';
      this.cause = error;
      return false;
    }
    // The draft stays until the server has the signature (`signingDraftKey`).
    await this.#keeping?.catch(() => undefined);
    return true;
  }

  /** Resolves when all that was typed so far is durable. */
  async settled(): Promise<void> {
    while (this.#keeping !== null) await this.#keeping;
  }

  #everywhere(remembered: Remembered): Record<string, Mark> {
    const marks: Record<string, Mark> = {};
    for (const field of this.fields) {
      const mark =
        field.kind === 'signature'
          ? remembered.signature
          : field.kind === 'initials'
            ? remembered.initials
            : undefined;
      if (mark) marks[field.name] = mark;
    }
    return marks;
  }

  #stampEverywhere(stamp: Picture | undefined): Record<string, Picture> {
    if (stamp === undefined) return {};
    return Object.fromEntries(this.fields.filter((f) => f.kind === 'stamp').map((f) => [f.name, stamp]));
  }

  /** One write at a time; changes during a write are written once after it. */
  #keep(): void {
    this.#stale = true;
    this.#keeping ??= (async () => {
      while (this.#stale) {
        this.#stale = false;
        const value: DraftValue = { v: 1, ...this.filled, pad: this.pad };
        await this.#draft.keep(value).catch(() => undefined);
      }
      this.#keeping = null;
    })();
  }
}

function isDraft(value: unknown): value is DraftValue {
  return typeof value === 'object' && value !== null && (value as { v?: unknown }).v === 1;
}
