import { createHash } from 'node:crypto';
import { concat } from '../../src/lib/bytes/concat.ts';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signOnce } from '../../src/cli/signing.ts';
import type { DraftPayload, Payload } from '../../src/lib/domain/action.ts';
import type { CertificateIssued } from '../../src/lib/domain/api.ts';
import { CONSENT_EN_1 } from '../../src/lib/domain/consent.ts';
import { letterOf } from '../../src/lib/domain/document.ts';
import type { Evidence } from '../../src/lib/domain/evidence.ts';
import { nameFields, type Field } from '../../src/lib/domain/field.ts';
import { jcs, type Json } from '../../src/lib/domain/jcs.ts';
import { maskAddress, type PartyDraft } from '../../src/lib/domain/party.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import type { SignInput } from '../../src/lib/sign/layout.ts';
import { vector } from '../vectors/vectors.ts';
import { id, type DeviceKey } from './people.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const director = (change: Partial<PartyDraft> = {}): PartyDraft => ({
  id: id(),
  order: 0,
  kind: 'company',
  name: 'Dora Director',
  organisation: 'Acme Ltd',
  email: 'dora@acme.example',
  channel: 'email',
  proof: 'email',
  language: 'en',
  member: null,
  ...change
});

export const client = (change: Partial<PartyDraft> = {}): PartyDraft => ({
  id: id(),
  order: 1,
  kind: 'client',
  name: 'Cleo Client',
  organisation: '',
  phone: '+48600100200',
  channel: 'sms',
  proof: 'sms',
  language: 'en',
  member: null,
  ...change
});

/** A signature and a required text field for each party, on page 1. */
export function draftOf(
  parties: readonly PartyDraft[],
  original: string | null,
  title = 'Consultancy'
): DraftPayload {
  const fields: Field[] = parties.flatMap((party, row) => [
    {
      id: id(),
      party: party.id,
      kind: 'signature',
      box: { page: 1, x: 20.5, y: 20 + row * 120, w: 200, h: 60 },
      label: `Signature of ${party.name}`,
      required: true
    },
    {
      id: id(),
      party: party.id,
      kind: 'text',
      box: { page: 1, x: 20.5, y: 90 + row * 120, w: 200, h: 24 },
      label: 'Place',
      required: true
    }
  ]);
  return {
    title,
    data: { counterparty: 'Cleo Client', number: '7/2026', date: '2026-11-24', amount: '1,200.00 EUR' },
    parties: parties.map((party) => ({ ...party })),
    fields: fields.map((field) => ({ ...field })),
    original,
    template: null
  } as DraftPayload;
}

/** One-page contract, as a person would upload it. */
export const original = (): Uint8Array => vector('xref-table');

export interface Frozen {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly payload: Payload<'document.freeze'>;
}

/** The frozen file of a draft and what `document.freeze` says about it. */
export function frozen(draft: DraftPayload, before: Uint8Array): Frozen {
  const letters = new Map(draft.parties.map((party) => [party.id, letterOf(party.order)]));
  const fields = nameFields(draft.fields as Field[], letters);
  const parties = draft.parties.map((party) => ({
    id: party.id,
    letter: letterOf(party.order),
    name: party.name
  }));
  const tail = freeze(openPdf(memorySource(before)), { parties, fields });
  const bytes = concat(before, tail);
  const revision = { seq: 0, sha256: sha256(bytes), size: bytes.length, prevSha256: sha256(before) };
  return {
    bytes,
    sha256: revision.sha256,
    payload: { ...draft, fields, revision } as Payload<'document.freeze'>
  };
}

export interface Signer {
  readonly document: string;
  readonly party: PartyDraft;
  readonly key: DeviceKey;
  readonly issued: Pick<CertificateIssued, 'certificate' | 'chain'> & { readonly proof?: string };
}

/** What the app writes into a signature (`evidence.ts`). */
export function evidenceOf(paper: Frozen, signer: Signer, values: Record<string, string>): Evidence {
  const { party } = signer;
  const now = new Date().toISOString();
  return {
    v: 1,
    document: signer.document,
    title: paper.payload.title,
    originalSha256: paper.payload.original ?? '',
    frozenSha256: paper.sha256,
    party: {
      id: party.id,
      letter: letterOf(party.order),
      kind: party.kind as 'company' | 'client',
      name: party.name,
      organisation: party.organisation,
      email: party.email === undefined ? null : maskAddress(party.email),
      phone: party.phone === undefined ? null : maskAddress(party.phone)
    },
    proof: { kind: party.proof, statement: signer.issued.proof ?? null },
    key: { certificate: sha256(fromBase64(signer.issued.certificate)), origin: 'device', lock: 'none' },
    consent: {
      version: CONSENT_EN_1.version,
      language: CONSENT_EN_1.language,
      text: CONSENT_EN_1.text,
      sha256: sha256(new TextEncoder().encode(CONSENT_EN_1.text)),
      at: now,
      button: 'I agree and sign'
    },
    values,
    signature: { kind: 'typed', sha256: sha256(new TextEncoder().encode(party.name)) },
    stamp: null,
    time: { device: now, monotonic: 12_345, server: now, online: true, zone: 'Europe/Warsaw' },
    app: { version: '0.1.0', browser: 'test' },
    head: null
  };
}

export interface SignOptions {
  /** Changes the evidence before it is written; null leaves it out. */
  readonly evidence?: (evidence: Evidence) => Evidence | null;
  /** Writes as another letter: into somebody else's fields. */
  readonly letter?: string;
  readonly values?: Record<string, string>;
}

/** The file with the party's signature revision. */
export async function signed(
  paper: Frozen,
  before: Uint8Array,
  signer: Signer,
  options: SignOptions = {}
): Promise<Uint8Array> {
  const letter = options.letter ?? letterOf(signer.party.order);
  const own = paper.payload.fields.filter((field) => field.name?.startsWith(`cs-${letter}-`));
  const names = (kind: string) => own.flatMap((field) => (field.kind === kind ? [field.name ?? ''] : []));
  const values = options.values ?? Object.fromEntries(names('text').map((name) => [name, 'Kraków']));
  const made = evidenceOf(paper, signer, values);
  const evidence = options.evidence ? options.evidence(made) : made;
  const input: SignInput = {
    partyLetter: letter,
    values,
    marks: Object.fromEntries(
      names('signature').map((name) => [name, { kind: 'typed', text: signer.party.name }])
    ),
    stamps: {},
    signerName: signer.party.name,
    reason: null,
    location: null,
    at: Date.now(),
    evidence: evidence === null ? null : jcs(evidence as unknown as Json),
    certificates: [signer.issued.certificate, ...signer.issued.chain.slice(0, 1)].map(fromBase64)
  };
  const tail = await signOnce(memorySource(before), input, await loadFonts(), signer.key.sign);
  return concat(before, tail);
}

/** The `document.sign` payload of a file that follows another. */
export const signPayload = (
  party: string,
  seq: number,
  before: Uint8Array,
  after: Uint8Array
): Payload<'document.sign'> => ({
  party,
  revision: { seq, sha256: sha256(after), size: after.length, prevSha256: sha256(before) }
});
