import type { Page } from '@playwright/test';
import type { DraftPayload } from '../../src/lib/domain/action.ts';
import type { Box, Field, FieldKind } from '../../src/lib/domain/field.ts';
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
  const fields = parties.flatMap(({ id: party, kind }, row) => {
    const top = 20 + row * 180;
    const signature = field(party, 'signature', { x: 20, y: top + 70, w: 200, h: 60 }, 'Signature');
    return kind === 'company'
      ? [field(party, 'stamp', { x: 300, y: top, w: 60, h: 60 }, 'Stamp'), signature]
      : [
          field(party, 'text', { x: 20, y: top, w: 200, h: 24 }, 'Place'),
          field(party, 'date', { x: 300, y: top, w: 90, h: 24 }, 'Date'),
          signature
        ];
  });
  const whole = { ...draft, fields } as DraftPayload;
  const paper = frozen(whole, before);
  const document = id();
  const who = { auth };
  await put(server, who, before);
  await put(server, who, paper.bytes);
  await done(server, who, action('document.create', document, 0, whole));
  await done(server, who, action('document.freeze', document, 1, paper.payload));
  await done(server, who, action('document.send', document, 2, {}));
  return document;
}

function field(party: string, kind: FieldKind, at: Omit<Box, 'page'>, label: string): Field {
  return { id: id(), party, kind, box: { page: 1, ...at }, label, required: true };
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
        // The hidden file input tells its label's press again; keys tell detail 0.
        const again = event.target instanceof HTMLInputElement && event.target.type === 'file';
        if (event.isTrusted && by.detail > 0 && !drawing && !again)
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
