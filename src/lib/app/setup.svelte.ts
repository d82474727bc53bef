import type { InviteOpened, SetupOpened } from '../domain/api.ts';
import type { NewWorkspaceRoot } from '../keys/root.ts';
import type { VaultDoor } from '../keys/vault.ts';
import { vault } from './keys-vault.ts';
import { memberKey, type MemberKey } from './member-key.svelte.ts';
import { member } from './member.svelte.ts';
import { PassphraseChoice } from './passphrase.svelte.ts';
import { codeOf } from './sentences.ts';

/** What set-up and invitation call; a fake in tests. */
export type Gate = Pick<typeof member, 'server' | 'signIn' | 'store'>;

/** Runs `work`, keeping its error's code in `problem`. Returns whether it went through. */
async function attempt(holder: { busy: boolean; problem: string | null }, work: () => Promise<void>) {
  if (holder.busy) return false;
  holder.busy = true;
  holder.problem = null;
  try {
    await work();
    return true;
  } catch (error) {
    holder.problem = codeOf(error) || 'unknown';
    return false;
  } finally {
    holder.busy = false;
  }
}

/**
 * `opening → details → passphrase → backup → finishing → done`; `opening → dead` for a link that is used up.
 * The root is made between passphrase and backup, in this browser; its private key leaves it only inside the
 * encrypted backup file, so the file is downloaded before the server hears of anything (`security.md` C1).
 */
export class SetUp {
  step = $state<'opening' | 'dead' | 'details' | 'passphrase' | 'backup' | 'done'>('opening');
  problem = $state<string | null>(null);
  busy = $state(false);
  owner = $state({ name: '', email: '', password: '' });
  workspace = $state({ name: '', zone: '' });
  downloaded = $state(false);
  readonly passphrase = new PassphraseChoice();
  readonly #gate: Gate;
  readonly #key: Pick<MemberKey, 'make'>;
  readonly #now: () => number;
  readonly #vault: () => Promise<Pick<VaultDoor, 'setUpRoot'>>;
  #token = '';
  #opened: SetupOpened | null = null;
  #made: NewWorkspaceRoot | null = null;
  /** The server has the workspace: from here on only signing in and the key are repeated. */
  #posted = false;

  constructor(
    gate: Gate = member,
    key: Pick<MemberKey, 'make'> = memberKey,
    now = () => Date.now(),
    keys: () => Promise<Pick<VaultDoor, 'setUpRoot'>> = vault
  ) {
    this.#vault = keys;
    this.#gate = gate;
    this.#key = key;
    this.#now = now;
  }

  async open(token: string, zone: string): Promise<void> {
    this.#token = token;
    this.workspace.zone = zone;
    await attempt(this, async () => {
      this.#opened = await this.#gate.server.setupOpen(token);
      this.step = 'details';
    });
    if (this.problem !== null && this.problem !== 'unreachable') this.step = 'dead';
  }

  async toPassphrase(): Promise<void> {
    this.step = 'passphrase';
    await this.passphrase.start();
  }

  /** Makes the root and what it certifies. */
  async makeRoot(): Promise<void> {
    const opened = this.#opened;
    if (opened === null || !this.passphrase.good) return;
    await attempt(this, async () => {
      const keys = await this.#vault();
      this.#made = await keys.setUpRoot({
        opened,
        workspaceName: this.workspace.name,
        passphrase: this.passphrase.value,
        now: this.#now()
      });
      this.downloaded = false;
      this.step = 'backup';
    });
  }

  /** The file that the owner has to keep; null before `makeRoot`. */
  get backup(): { name: string; blob: Blob } | null {
    if (this.#made === null) return null;
    const name = this.workspace.name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'workspace';
    return {
      name: `countersign-root-${name}.json`,
      blob: new Blob([this.#made.backup as Uint8Array<ArrayBuffer>], { type: 'application/json' })
    };
  }

  /** Tells the server, signs in, makes the owner's own key. May be called again after a failure. */
  async finish(): Promise<void> {
    const made = this.#made;
    if (made === null || !this.downloaded) return;
    await attempt(this, async () => {
      const { root, issuing, statement, rootCrl } = made;
      if (!this.#posted) {
        await this.#gate.server.setup({
          token: this.#token,
          workspace: { ...this.workspace },
          owner: { ...this.owner },
          root,
          issuing,
          statement,
          rootCrl
        });
        this.#posted = true;
      }
      await this.#gate.signIn(this.owner.email, this.owner.password);
      // Locked, and on this device only: renewals need it. The backup file is the second copy.
      await this.#gate.store.setMeta('x-root', made.record);
      await this.#key.make(this.passphrase.value);
      this.step = 'done';
    });
  }
}

/** `opening → details → key → done`, `opening → dead`. The key step is `feature/settings/MakeKey`. */
export class Invitation {
  step = $state<'opening' | 'dead' | 'details' | 'key'>('opening');
  problem = $state<string | null>(null);
  busy = $state(false);
  opened = $state.raw<InviteOpened | null>(null);
  name = $state('');
  password = $state('');
  readonly #gate: Gate;
  #token = '';
  #accepted = false;

  constructor(gate: Gate = member) {
    this.#gate = gate;
  }

  async open(token: string): Promise<void> {
    this.#token = token;
    await attempt(this, async () => {
      this.opened = await this.#gate.server.inviteOpen(token);
      this.name = this.opened.name;
      this.step = 'details';
    });
    if (this.problem !== null && this.problem !== 'unreachable') this.step = 'dead';
  }

  async accept(): Promise<void> {
    const opened = this.opened;
    if (opened === null) return;
    await attempt(this, async () => {
      if (!this.#accepted) {
        await this.#gate.server.inviteAccept({
          token: this.#token,
          name: this.name.trim(),
          password: this.password
        });
        this.#accepted = true;
      }
      await this.#gate.signIn(opened.email, this.password);
      this.step = 'key';
    });
  }
}
