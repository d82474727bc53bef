import { ServerRefusal, Unreachable } from '../sync/failure.ts';
import { device } from '../store/device.ts';
import { certifiedPartyKey, partyIdentity, type PartyKeyHome } from './signing-identity.ts';
import { markMemory, signingDraft, signingPorts } from './signing-ports.ts';
import type { SigningIdentity } from './signing-work.ts';
import { Signing } from './signing.svelte.ts';
import type { Party, PartyView } from './party.svelte.ts';

function keyHome(party: Party): PartyKeyHome {
  return {
    store: party.store,
    nonce: async () => party.nonce ?? (await party.server.nonce()).nonce,
    certify: async (csr) => {
      const issued = await party.certify(csr);
      // Opens the commitments of the proof (E6): the party's own, never in the file.
      await party.store.setMeta('x-openings', issued.openings);
      return issued;
    },
    now: () => Date.now()
  };
}

/**
 * Why there is no certificate yet, as the page can act on it: `session` wants a new code, `no-certificate`
 * wants the network once.
 */
async function identityOfParty(party: Party, view: PartyView): Promise<SigningIdentity> {
  try {
    return await partyIdentity(keyHome(party), view.party);
  } catch (error) {
    const code =
      error instanceof Unreachable
        ? 'no-certificate'
        : error instanceof ServerRefusal && (error.status === 401 || error.code === 'nonce')
          ? 'session'
          : null;
    throw code === null ? error : Object.assign(new Error(code, { cause: error }), { code });
  }
}

/** The turn of a party that came by a link, with what it typed before. */
export async function openLinkSigning(party: Party, view: PartyView): Promise<Signing> {
  const { document, party: own } = view;
  const ports = signingPorts({
    store: party.store,
    document,
    party: own,
    file: (sha256) => party.file(sha256),
    identity: () => identityOfParty(party, view),
    server: party.server,
    online: () => party.sync.online
  });
  const person = own.email ?? own.phone ?? own.id;
  const draft = signingDraft(party.store, document.id, own.id);
  const signing = new Signing(view, ports, draft, markMemory(device, person));
  await signing.restore();
  return signing;
}

/** Longest wait for the service worker of a first visit, milliseconds. */
const FIRST_VISIT = 10_000;

/** The service worker keeps what is fetched from now on; where there is none nothing is waited for. */
async function underServiceWorker(): Promise<void> {
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (worker === undefined || worker.controller !== null) return;
  await new Promise<void>((done) => {
    worker.addEventListener('controllerchange', () => done(), { once: true });
    setTimeout(done, FIRST_VISIT);
  });
}

/**
 * Fetches what signing runs on (worker, fonts) while the document is being read: a network that goes away
 * before the last button costs nothing then, and the button answers sooner.
 */
export async function fetchAhead(): Promise<void> {
  await underServiceWorker();
  const { pdfWork } = await import('../work/pdf-client.ts');
  await pdfWork()
    .prepare()
    .catch(() => undefined);
}

/**
 * Makes the key and gets its certificate while the document is being read, so that the signature needs no
 * network. Whatever fails here is tried again, and said, when the person signs.
 */
export async function certifyAhead(party: Party, view: PartyView): Promise<void> {
  if (!party.sessionLive) return;
  await certifiedPartyKey(keyHome(party), view.party).catch(() => undefined);
}
