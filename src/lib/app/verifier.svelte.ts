import { ownPdfWork, type PdfWork, type VerifyRequest } from '../work/pdf-client.ts';
import type { LogExport } from '../domain/certificate-log.ts';
import type { History } from '../domain/event.ts';
import type { LogFinding } from '../verify/certificate-log.ts';
import type { HistoryReport } from '../verify/history.ts';
import type { Report } from '../verify/report.ts';
import { AddedTrust, type TrustSource } from './added-trust.svelte.ts';

/** How long one file may take, milliseconds (`security.md` P1). */
const LIMIT = 60_000;

/** One dropped file and what became of it. */
export class Verified {
  readonly key: number;
  readonly file: File;
  state = $state<'waiting' | 'working' | 'done' | 'cancelled' | 'failed'>('waiting');
  report = $state.raw<Report | null>(null);
  /** Why it `failed`: it took longer than it may, or the worker died. */
  failure = $state<'too-slow' | 'stopped' | null>(null);
  /** What the reader typed to open it; in memory only, gone with the page. */
  password = $state<string | null>(null);

  constructor(key: number, file: File) {
    this.key = key;
    this.file = file;
  }

  /** The file asks for a password; `wrong`: the one that was given does not open it. */
  get locked(): { readonly wrong: boolean } | null {
    const asks = this.state === 'done' && this.report?.error?.code === 'encrypted-password';
    return asks ? { wrong: this.password !== null } : null;
  }
}

/** How far the files are, for the line above them. */
export interface Progress {
  readonly total: number;
  /** Judged, or given up. */
  readonly ended: number;
  readonly open: number;
}

/** What a verifier needs of its surroundings; a test's own. */
export interface Surroundings {
  readonly work: () => PdfWork;
  /** Milliseconds a file may take. */
  readonly limit: number;
}

/**
 * The files of `/verify`, judged one after another in a worker. No account, no store, no upload; the only
 * requests are for this site's own root certificates, which the service worker keeps. The HTML file has none.
 */
export class Verifier {
  files = $state<Verified[]>([]);
  /** What the files, and an exported certificate log, say together of one authority; null: nothing to compare. */
  history = $state.raw<LogFinding | null>(null);
  /** Exported histories of documents, judged with the files beside them; newest first. */
  events = $state.raw<readonly HistoryReport[]>([]);
  /** Whom the reader chose to trust. */
  readonly added = new AddedTrust();
  #histories: readonly History[] = [];
  readonly progress = $derived.by<Progress>(() => {
    const open = this.files.filter(({ state }) => state === 'waiting' || state === 'working').length;
    return { total: this.files.length, ended: this.files.length - open, open };
  });
  #log: LogExport | null = null;
  #next = 0;
  #work: PdfWork | null = null;
  #trust: Promise<VerifyRequest> | null = null;
  #running = false;
  readonly #vouching: () => Promise<VerifyRequest>;
  readonly #around: Surroundings;

  /** `vouching` gives what this copy vouches for: `siteTrust` on a site, nothing in the HTML file. */
  constructor(
    vouching: () => Promise<VerifyRequest>,
    around: Surroundings = { work: ownPdfWork, limit: LIMIT }
  ) {
    this.#vouching = vouching;
    this.#around = around;
  }

  add(files: readonly File[]): void {
    const logs = files.filter(({ name }) => /\.json$/i.test(name));
    const others = files.filter((file) => !logs.includes(file));
    this.files.unshift(...others.map((file) => new Verified(this.#next++, file)));
    for (const log of logs) void this.#readLog(log);
    void this.#run();
  }

  /** Takes dropped files: those of trust are told by how they begin, all others are judged. */
  async take(files: readonly File[]): Promise<void> {
    const { looksLikeTrust } = await import('../verify/trust-file.ts');
    const heads = await Promise.all(
      files.map(async (file) => new Uint8Array(await file.slice(0, 4096).arrayBuffer()))
    );
    const trust = files.filter(({ name }, i) => looksLikeTrust(name, heads[i] ?? new Uint8Array()));
    this.add(files.filter((file) => !trust.includes(file)));
    if (trust.length > 0) await this.#addTrust(trust);
  }

  async #addTrust(files: readonly File[]): Promise<void> {
    // A worker of its own: a hostile list ends nothing but itself.
    const work = this.#around.work();
    const timer = setTimeout(() => work.close(), this.#around.limit);
    const added = await Promise.all(files.map((file) => this.added.add(file, work)));
    clearTimeout(timer);
    work.close();
    if (added.includes(true)) this.again();
  }

  /** Trusts a file's certificates no longer. */
  distrust(source: TrustSource): void {
    this.added.remove(source);
    this.again();
  }

  async #trusting(): Promise<VerifyRequest> {
    return this.added.with(await this.#vouching());
  }

  /** An exported log or history is compared with; any other JSON is judged as a file, and said to be no PDF. */
  async #readLog(file: File): Promise<void> {
    const [{ readLog }, { readHistory }] = await Promise.all([
      import('../verify/certificate-log.ts'),
      import('../verify/history.ts')
    ]);
    const text = await file.text();
    const history = readHistory(text);
    if (history !== null) {
      this.#histories = [history, ...this.#histories.filter(({ document }) => document !== history.document)];
      await this.#judgeHistories();
      return;
    }
    const log = readLog(text);
    if (log === null) {
      this.files.unshift(new Verified(this.#next++, file));
      void this.#run();
      return;
    }
    this.#log = log;
    await this.#compare();
  }

  /** Each history, with what the signatures in the files say of it. */
  async #judgeHistories(): Promise<void> {
    if (this.#histories.length === 0) return;
    const files = this.files.flatMap(({ file, report }) => (report ? [{ name: file.name, report }] : []));
    const work = (this.#work ??= this.#around.work());
    this.#trust ??= this.#trusting();
    const { roots = [] } = await this.#trust;
    this.events = await Promise.all(
      this.#histories.map((history) => work.judgeHistory(history, files, roots))
    );
  }

  /** Whether the authority showed everybody the same certificates (`security.md` C7). */
  async #compare(): Promise<void> {
    const told = this.files.flatMap(({ file, report }) =>
      (report?.signatures ?? []).flatMap(({ proof }) =>
        proof?.status === 'confirmed' && proof.statement !== null
          ? [{ file: file.name, statement: proof.statement }]
          : []
      )
    );
    if (this.#log === null && !told.some(({ file }) => file !== told[0]?.file)) {
      this.history = null;
      return;
    }
    const { heldHead, judgeLog } = await import('../verify/certificate-log.ts');
    this.history = judgeLog(
      told.map(({ file, statement }) => heldHead(file, statement)),
      this.#log
    );
  }

  retry(entry: Verified): void {
    entry.state = 'waiting';
    entry.failure = null;
    void this.#run();
  }

  /** Tries the file with this password. */
  unlock(entry: Verified, password: string): void {
    entry.password = password;
    this.retry(entry);
  }

  /** Judges every file anew: what the reader trusts is another now. */
  again(): void {
    this.#trust = null;
    for (const entry of this.files) if (entry.state === 'done') entry.state = 'waiting';
    void this.#run();
  }

  /** Ends the worker when the file is being judged, so that a hostile file cannot hold the others up. */
  cancel(entry: Verified): void {
    const { state } = entry;
    if (state === 'working' || state === 'waiting') entry.state = 'cancelled';
    if (state === 'working') this.#work?.close();
  }

  cancelAll(): void {
    for (const entry of this.files) this.cancel(entry);
  }

  remove(entry: Verified): void {
    this.cancel(entry);
    this.files = this.files.filter((one) => one !== entry);
    void this.#compare();
    void this.#judgeHistories();
  }

  /** What was found in the other files. */
  othersThan(entry: Verified): Report[] {
    return this.files.flatMap(({ key, report }) => (key !== entry.key && report !== null ? [report] : []));
  }

  removeAll(): void {
    this.cancelAll();
    this.files = [];
    this.#histories = [];
    void this.#compare();
    void this.#judgeHistories();
  }

  /** Ends the worker with the page. */
  close(): void {
    this.cancelAll();
    this.#work?.close();
    this.#work = null;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const waiting = this.files.filter(({ state }) => state === 'waiting');
      // In the order they came; a batch that came later stands above.
      const entry = waiting.reduce<Verified | undefined>(
        (first, one) => (first === undefined || one.key < first.key ? one : first),
        undefined
      );
      if (entry === undefined) break;
      await this.#judge(entry);
    }
    this.#running = false;
    await this.#compare();
    await this.#judgeHistories();
  }

  /** Never rejects: one bad file must not stop the others. */
  async #judge(entry: Verified): Promise<void> {
    entry.state = 'working';
    const work = (this.#work ??= this.#around.work());
    const timer = setTimeout(() => {
      if (entry.state !== 'working') return;
      entry.failure = 'too-slow';
      entry.state = 'failed';
      work.close();
    }, this.#around.limit);
    try {
      const trust = await (this.#trust ??= this.#trusting());
      if (entry.state !== 'working') return;
      const { password } = entry;
      const report = await work.verify(entry.file.name, entry.file, {
        ...trust,
        ...(password === null ? {} : { password })
      });
      if (entry.state !== 'working') return;
      entry.report = report;
      entry.state = 'done';
    } catch {
      if (entry.state !== 'working') return;
      entry.failure = 'stopped';
      entry.state = 'failed';
    } finally {
      clearTimeout(timer);
    }
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** What this site vouches for: the root of its workspace, and the roots of its time authority. */
export async function siteTrust(): Promise<VerifyRequest> {
  const [roots, timeRoots] = await Promise.all([certificatesAt('/ca.pem'), certificatesAt('/time-ca.pem')]);
  return { roots, timeRoots };
}

/** None when the site is a plain copy of the app. */
async function certificatesAt(path: string): Promise<Uint8Array[]> {
  try {
    const answer = await fetch(path);
    if (!answer.ok) return [];
    return [...(await answer.text()).matchAll(CERTIFICATE)].map((match) =>
      Uint8Array.from(atob((match[1] ?? '').replace(/\s/g, '')), (char) => char.charCodeAt(0))
    );
  } catch {
    return [];
  }
}
