import type { Fact, Paper, PaperBlock, PaperTone } from '#lib/app/completion.ts';
import { warningSentence } from '#lib/app/report-words.ts';
import type { Completion, CompletionSignature } from '#lib/domain/completion.ts';
import * as m from '#lib/paraglide/messages.js';
import type { Report } from '#lib/verify/report.ts';
import { inGroups as groups } from './fingerprint.ts';
import { identityWords, type SignatureEvidence } from './identity-words.ts';
import { answers, commonName, revisionWords, verdictWords, writeTime, type Tone } from './sentences.ts';

/** Two lines of four groups: compared by eye, line by line. */
const inTwo = (hex: string): string => `${groups(hex.slice(0, 32))}\n${groups(hex.slice(32))}`;
const number = (value: number): string => value.toLocaleString();

const roles: Readonly<Record<string, () => string>> = {
  company: m.completion_role_company,
  client: m.completion_role_client,
  witness: m.completion_role_witness,
  viewer: m.completion_role_viewer
};
const marks: Readonly<Record<string, () => string>> = {
  drawn: m.completion_mark_drawn,
  typed: m.completion_mark_typed,
  uploaded: m.completion_mark_uploaded,
  none: m.completion_mark_none
};
const locks: Readonly<Record<string, () => string>> = {
  none: m.completion_lock_none,
  passphrase: m.completion_lock_passphrase,
  passkey: m.completion_lock_passkey,
  'pin-session': m.completion_lock_pin_session
};

function documentFacts(completion: Completion): Fact[] {
  const { document, file, places } = completion;
  const rows: Fact[] = [];
  if (document !== null) {
    rows.push({ term: m.completion_title(), text: document.title });
    rows.push({ term: m.completion_id(), text: document.id });
  }
  rows.push({
    term: m.completion_file(),
    text: file.name,
    note: m.completion_file_size({ bytes: number(file.bytes) })
  });
  rows.push({
    term: m.completion_signatures(),
    text: m.completion_signed_all({
      signed: String(places.signed),
      places: String(places.signed + places.empty)
    }),
    tone: places.empty > 0 ? 'wait' : 'plain'
  });
  rows.push({ term: m.completion_sha256(), text: inTwo(file.sha256) });
  if (document !== null) {
    rows.push({ term: m.completion_frozen(), text: inTwo(document.frozenSha256) });
    rows.push({ term: m.completion_original(), text: inTwo(document.originalSha256) });
  }
  return rows;
}

function timeFact({ time }: CompletionSignature): Fact {
  const term = m.completion_time();
  if (time.proven !== null) {
    const authority = commonName(time.proven.authority);
    return {
      term,
      text: writeTime(time.proven.time),
      note: time.proven.known
        ? m.completion_time_proven_note({ authority })
        : m.completion_time_stated_note({ authority })
    };
  }
  return time.claimed === null
    ? { term, text: m.completion_time_none(), tone: 'wait' }
    : { term, text: writeTime(time.claimed), note: m.completion_time_claimed_note() };
}

function evidenceFacts(evidence: SignatureEvidence): Fact[] {
  const { consent, values, signature, stampSha256, device, key, chain } = evidence;
  const words = identityWords(evidence);
  const filled = Object.values(values).filter((value) => value !== '');
  const hashes = [
    ...(signature.sha256 === null ? [] : [m.completion_mark_hash({ hash: groups(signature.sha256) })]),
    ...(stampSha256 === null ? [] : [m.completion_stamp_hash({ hash: groups(stampSha256) })])
  ];
  return [
    {
      term: m.completion_identity(),
      text: words.said,
      note: words.notes.join(' '),
      tone: paperTone(words.tone)
    },
    {
      term: m.completion_consent(),
      text: m.completion_consent_text({ text: consent.text }),
      note: m.completion_consent_note({
        button: consent.button,
        time: writeTime(consent.at),
        version: String(consent.version),
        language: consent.language
      })
    },
    ...(filled.length === 0 ? [] : [{ term: m.completion_values(), text: filled.join('\n') }]),
    {
      term: m.completion_mark(),
      text: marks[signature.kind]?.() ?? signature.kind,
      ...(hashes.length === 0 ? {} : { note: hashes.join('\n') })
    },
    {
      term: m.completion_key(),
      text: `${key.origin === 'imported' ? m.completion_key_imported() : m.completion_key_device()}, ${locks[key.lock]?.() ?? key.lock}`
    },
    {
      term: m.completion_device(),
      text: m.completion_device_text({
        browser: device.browser,
        zone: device.zone,
        network: device.online ? m.completion_online() : m.completion_offline()
      }),
      ...(device.server === null
        ? {}
        : { note: m.completion_device_server({ time: writeTime(device.server) }) })
    },
    ...(chain === null
      ? []
      : [
          {
            term: m.completion_chain(),
            text: m.completion_chain_text({ seq: String(chain.seq) }),
            note: groups(chain.hash)
          }
        ])
  ];
}

/** The four answers about the bytes and the issuer, as the page gives them. */
function holdsFact(report: Report, signature: CompletionSignature): Fact[] {
  const own = report.signatures.find(({ field }) => field === signature.field);
  if (own === undefined) return [];
  const [first, ...others] = answers(own, report);
  if (first === undefined) return [];
  const worst = [first, ...others].find(({ tone }) => tone === 'bad') ?? first;
  return [
    {
      term: m.completion_signature_holds(),
      text: first.text,
      note: others.map(({ text }) => text).join(' '),
      tone: paperTone(worst.tone)
    }
  ];
}

function certificateFacts({ certificate, level, method }: CompletionSignature): Fact[] {
  const rows: Fact[] = [];
  if (certificate !== null)
    rows.push({
      term: m.completion_certificate(),
      text: certificate.subject,
      note: m.completion_certificate_note({
        issuer: commonName(certificate.issuer),
        from: writeTime(certificate.notBefore),
        to: writeTime(certificate.notAfter),
        hash: groups(certificate.sha256)
      })
    });
  rows.push({ term: m.completion_level(), text: m.completion_level_text({ level, method }) });
  return rows;
}

function partyBlocks(report: Report, signature: CompletionSignature): PaperBlock[] {
  const { evidence } = signature;
  const organisation = evidence?.party.organisation ?? '';
  const role = evidence === null ? '' : (roles[evidence.party.role]?.() ?? '');
  const note = [role, organisation].filter((part) => part !== '').join(' · ');
  return [
    { kind: 'heading', text: signature.name, ...(note === '' ? {} : { note }) },
    {
      kind: 'facts',
      rows: [
        timeFact(signature),
        ...holdsFact(report, signature),
        ...(evidence === null ? [] : evidenceFacts(evidence)),
        ...certificateFacts(signature)
      ]
    }
  ];
}

const paperTone = (tone: Tone): PaperTone => tone;

/** The certificate of completion as it is read and printed, in the reader's language and zone. */
export function completionPaper(completion: Completion, report: Report): Paper {
  const verdict = verdictWords(report);
  const warnings = completion.warnings.map(warningSentence);
  return {
    title: completion.document?.title || m.completion_untitled(),
    language: document.documentElement.lang || 'en',
    overline: m.completion_overline(),
    footer: m.completion_footer({ hash: groups(completion.file.sha256) }),
    pageOf: m.completion_page({ page: '{page}', pages: '{pages}' }),
    created: Date.parse(completion.made),
    blocks: [
      { kind: 'verdict', tone: verdict.tone, text: verdict.title, note: verdict.note },
      { kind: 'facts', rows: documentFacts(completion) },
      ...completion.signatures.flatMap((signature) => partyBlocks(report, signature)),
      ...(completion.timestamps.length === 0
        ? []
        : [
            { kind: 'heading' as const, text: m.completion_timestamps() },
            {
              kind: 'facts' as const,
              rows: completion.timestamps.map(({ time, authority }) => ({
                term: writeTime(time),
                text: commonName(authority)
              }))
            }
          ]),
      { kind: 'heading', text: m.completion_history() },
      {
        kind: 'facts',
        rows: report.revisions.map((revision, i) => ({
          term: String(i + 1),
          text: revisionWords(revision, report.signatures),
          note: m.completion_history_bytes({ bytes: number(revision.end) })
        }))
      },
      ...(warnings.length === 0
        ? []
        : [
            { kind: 'heading' as const, text: m.completion_warnings() },
            ...[...new Set(warnings)].map((text) => ({ kind: 'paragraph' as const, text }))
          ]),
      { kind: 'paragraph', text: m.completion_about({ time: writeTime(completion.made) }) }
    ]
  };
}
