import type { Page } from '@playwright/test';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { action, done, put } from '../hooks/desk.ts';
import { draftOf, frozen, original, sha256 } from '../hooks/paper.ts';
import { id } from '../hooks/people.ts';
import type { TestServer } from '../hooks/server.ts';

/**
 * A contract that was sent: a signature for each party, a stamp for the company, a required text and a date
 * for the client. → its id.
 */
export async function sendContract(
  server: TestServer,
  auth: string,
  parties: readonly PartyDraft[],
  title = 'Consultancy No. 7'
): Promise<string> {
  const before = original();
  const draft = draftOf(parties, sha256(before), title);
  const company = parties.find(({ kind }) => kind === 'company');
  const client = parties.find(({ kind }) => kind === 'client');
  const fields = [
    ...draft.fields.filter((field) => field.kind === 'signature' || field.party === client?.id),
    ...(company ? [field(company.id, 'stamp', 300, 20, 80, 60, 'Stamp')] : []),
    ...(client ? [field(client.id, 'date', 300, 210, 90, 24, 'Date')] : [])
  ];
  const paper = frozen({ ...draft, fields }, before);
  const document = id();
  const who = { auth };
  await put(server, who, before);
  await put(server, who, paper.bytes);
  await done(server, who, action('document.create', document, 0, { ...draft, fields }));
  await done(server, who, action('document.freeze', document, 1, paper.payload));
  await done(server, who, action('document.send', document, 2, {}));
  return document;
}

function field(
  party: string,
  kind: 'stamp' | 'date',
  x: number,
  y: number,
  w: number,
  h: number,
  label: string
) {
  return { id: id(), party, kind, box: { page: 1, x, y, w, h }, label, required: true };
}

/** Counts presses as `product.md` does: drawing on the pad is none. Call before the page is opened. */
export async function countPresses(page: Page): Promise<{ reset(): void; readonly count: number }> {
  let presses = 0;
  await page.exposeFunction('pressed', () => void presses++);
  await page.addInitScript(() => {
    addEventListener(
      'click',
      (event) => {
        const by = event as PointerEvent;
        const drawing = event.target instanceof Element && event.target.closest('svg[role=img]') !== null;
        // A label's press is told again by its input, with detail 0; keys tell detail 0 too.
        if (event.isTrusted && by.detail > 0 && !drawing)
          (window as unknown as { pressed(): void }).pressed();
      },
      true
    );
  });
  return {
    reset: () => {
      presses = 0;
    },
    get count() {
      return presses;
    }
  };
}
