import type { PdfWork, VerifyRequest } from '../work/pdf-client.ts';
import type { TrustedCertificate } from '../verify/trust-file.ts';
import type { TrustedListFacts } from '../pki/trusted-list.ts';
import { trustFailure } from './trust-words.ts';

/** A file whose certificates the reader trusts. */
export interface TrustSource {
  readonly key: number;
  readonly file: string;
  readonly kind: 'certificates' | 'adobe' | 'eu';
  readonly certificates: readonly TrustedCertificate[];
  readonly list: TrustedListFacts | null;
}

/** What the reader of `/verify` added to trust: in this page's memory only, gone with it (`security.md` V1, V4). */
export class AddedTrust {
  sources = $state.raw<readonly TrustSource[]>([]);
  /** Files that gave nothing, as sentences. */
  failures = $state.raw<readonly string[]>([]);
  #next = 0;

  /** Whether the file added anybody. Never rejects. */
  async add(file: File, work: PdfWork): Promise<boolean> {
    try {
      const read = await work.readTrust(file);
      this.sources = [...this.sources, { ...read, key: this.#next++, file: file.name }];
      return true;
    } catch (error) {
      const { code } = error as { code?: unknown };
      this.failures = [...this.failures, trustFailure(typeof code === 'string' ? code : '', file.name)];
      return false;
    }
  }

  remove(source: TrustSource): void {
    this.sources = this.sources.filter((one) => one !== source);
  }

  /** What this copy vouches for, and what the reader added. */
  with({ roots = [], timeRoots = [], ...rest }: VerifyRequest): VerifyRequest {
    const all = this.sources.flatMap(({ certificates }) => certificates);
    const ders = (timesOnly: boolean) =>
      all.filter((one) => one.timesOnly === timesOnly).map(({ der }) => der);
    return { ...rest, roots: [...roots, ...ders(false)], timeRoots: [...timeRoots, ...ders(true)] };
  }
}
