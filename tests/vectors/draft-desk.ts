// A member's draft with everything around it faked: no database, no worker, a clock that stands still.
import type { DraftPorts } from '../../src/lib/app/draft.svelte.ts';
import type { Me } from '../../src/lib/domain/api.ts';
import type { HashedBlob } from '../../src/lib/store/contract.ts';
import type { PdfSummary } from '../../src/lib/work/protocol.ts';

export const ME: Me = {
  user: { id: 'u00000000000001', name: 'Maria Kowalska', email: 'maria@company.example' },
  role: 'member',
  team: null,
  workspace: { id: 'w00000000000001', name: 'Example Ltd', zone: 'Europe/Warsaw' },
  teams: [],
  now: 0
};

export function summaryOf(change: Partial<PdfSummary> = {}, pages = 2): PdfSummary {
  return {
    size: 1_000,
    pages: Array.from({ length: pages }, (_, index) => ({
      page: index + 1,
      width: 595,
      height: 842,
      boxes: {} as PdfSummary['pages'][number]['boxes']
    })),
    fields: [],
    signatures: 0,
    certified: null,
    closed: false,
    title: '',
    notices: [],
    ...change
  };
}

export interface Call {
  readonly name: string;
  readonly input: readonly unknown[];
}

export interface FakeDesk {
  readonly ports: DraftPorts;
  readonly calls: Call[];
  /** Names of calls in order. */
  names(): string[];
  now: number;
  summary: PdfSummary;
  /** A call of this name is refused with this code, once. */
  refuse: { name: string; code: string } | null;
  /** Signs that no font has. */
  unwritable: string;
}

export function fakeDesk(): FakeDesk {
  const calls: Call[] = [];
  let ids = 0;
  const desk: FakeDesk = {
    calls,
    names: () => calls.map(({ name }) => name),
    now: 1_000,
    summary: summaryOf(),
    refuse: null,
    unwritable: '',
    ports: {
      me: ME,
      store: {
        createDraft: (...input) => answer('createDraft', input, 'd00000000000001'),
        saveDraft: (...input) => answer('saveDraft', input, undefined),
        freezeDocument: (...input) => answer('freezeDocument', input, undefined),
        sendDocument: (...input) => answer('sendDocument', input, undefined),
        deleteDraft: (...input) => answer('deleteDraft', input, undefined)
      },
      work: {
        summary: (...input) => answer('summary', input, desk.summary),
        freeze: (...input) =>
          answer('freeze', input, { blob: new Blob(['frozen']), sha256: 'f'.repeat(64), size: 6 }),
        coverage: (texts) => {
          const character = [...desk.unwritable].find((sign) =>
            texts.some(({ text }) => text.includes(sign))
          );
          if (character === undefined) return Promise.resolve();
          return Promise.reject(Object.assign(new Error(), { code: 'glyph-missing', character }));
        },
        withoutXfa: (...input) =>
          answer('withoutXfa', input, { blob: new Blob(['no xfa']), sha256: 'e'.repeat(64), size: 6 })
      },
      layOut: (...input) =>
        answer('layOut', input, {
          pdf: new Blob([JSON.stringify(input)]),
          amount: '120.00 EUR',
          places: [
            {
              name: 'company-signature-1',
              kind: 'signature' as const,
              label: 'Signature of the consultant',
              required: true,
              page: 1,
              x: 60,
              y: 600,
              w: 200,
              h: 60
            },
            {
              name: 'client-signature-1',
              kind: 'signature' as const,
              label: 'Signature of the client',
              required: true,
              page: 1,
              x: 320,
              y: 600,
              w: 200,
              h: 60
            }
          ]
        }),
      async hash(blob): Promise<HashedBlob> {
        const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
        const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(
          ''
        );
        return { sha256, blob };
      },
      newId: () => `i${String(++ids).padStart(14, '0')}`,
      now: () => desk.now,
      today: () => '2026-05-03',
      secure: true
    }
  };

  function answer<T>(name: string, input: readonly unknown[], value: T): Promise<T> {
    calls.push({ name, input });
    if (desk.refuse?.name !== name) return Promise.resolve(value);
    const { code } = desk.refuse;
    desk.refuse = null;
    return Promise.reject(Object.assign(new Error(code), { code }));
  }
  return desk;
}
