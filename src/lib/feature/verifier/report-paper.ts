import type { Fact, Paper, PaperBlock } from '#lib/app/completion.ts';
import { warningSentence } from '#lib/app/report-words.ts';
import * as m from '#lib/paraglide/messages.js';
import type { CertificateDetail, Report, SignatureReport } from '#lib/verify/report.ts';
import { statusWords, usageWords } from './certificate-words.ts';
import { inGroups } from './fingerprint.ts';
import { marksOf } from './changes.ts';
import {
  answers,
  commonName,
  revisionWords,
  signatureTitle,
  timeSentence,
  verdictWords,
  writeTime
} from './sentences.ts';

function changeBlocks(report: Report): PaperBlock[] {
  const forbidden = marksOf(report).filter(({ permitted }) => !permitted);
  if (forbidden.length === 0) return [];
  return [
    { kind: 'heading', text: m.verifier_changed_heading() },
    {
      kind: 'facts',
      rows: forbidden.map(({ where, what, revision, objects }) => ({
        term: m.verifier_mark_step({ step: revision + 1 }),
        text: m.verifier_mark_line({ where, what: what.join('; ') }),
        note: m.verifier_change_objects({ objects: objects.join(', ') }),
        tone: 'bad' as const
      }))
    }
  ];
}

const certificateFact = (certificate: CertificateDetail): Fact => ({
  term: m.verifier_detail_certificate(),
  text: certificate.subject,
  note: [
    statusWords(certificate),
    `${m.verifier_detail_issuer()}: ${commonName(certificate.issuer)}`,
    m.verifier_detail_valid_range({
      from: writeTime(certificate.notBefore),
      to: writeTime(certificate.notAfter)
    }),
    `${certificate.key}; ${usageWords(certificate)}`,
    `${m.verifier_detail_fingerprint()}: ${inGroups(certificate.sha256)}`
  ].join('\n')
});

function signatureBlocks(report: Report, signature: SignatureReport): PaperBlock[] {
  const organisation = signature.evidence?.party.organisation ?? '';
  return [
    {
      kind: 'heading',
      text: signatureTitle(signature),
      ...(organisation === '' ? {} : { note: organisation })
    },
    {
      kind: 'facts',
      rows: [
        { term: m.completion_time(), text: timeSentence(signature) },
        ...answers(signature, report).map(({ tone, text }, i) => ({
          term: i === 0 ? m.verifier_report_found() : '',
          text,
          tone
        })),
        { term: m.verifier_detail_method(), text: `${signature.algorithm}, ${signature.digest}` },
        { term: m.verifier_detail_profile(), text: `${signature.profile} (${signature.subFilter})` },
        { term: m.verifier_detail_field(), text: signature.field },
        { term: m.verifier_detail_bytes(), text: signature.byteRange.join(' ') },
        ...signature.chain.map(certificateFact)
      ]
    }
  ];
}

/** The report as it is printed and filed. `at`: when it was made, UTC milliseconds. */
export function reportPaper(report: Report, at: number): Paper {
  const verdict = verdictWords(report);
  const warnings = [...new Set(report.warnings.map(({ code }) => warningSentence(code)))];
  return {
    title: report.file,
    language: document.documentElement.lang || 'en',
    overline: m.verifier_report_overline(),
    footer: m.completion_footer({ hash: inGroups(report.sha256) }),
    pageOf: m.completion_page({ page: '{page}', pages: '{pages}' }),
    created: at,
    blocks: [
      { kind: 'verdict', tone: verdict.tone, text: verdict.title, note: verdict.note },
      {
        kind: 'facts',
        rows: [
          {
            term: m.completion_file(),
            text: report.file,
            note: m.completion_file_size({ bytes: report.bytes.toLocaleString() })
          },
          { term: m.verifier_sha256(), text: inGroups(report.sha256) },
          { term: m.verifier_report_made(), text: writeTime(new Date(at).toISOString()) }
        ]
      },
      ...changeBlocks(report),
      ...report.signatures.flatMap((signature) => signatureBlocks(report, signature)),
      ...(report.revisions.length === 0
        ? []
        : [
            { kind: 'heading' as const, text: m.verifier_revisions() },
            {
              kind: 'facts' as const,
              rows: report.revisions.map((revision, i) => ({
                term: String(i + 1),
                text: revisionWords(revision, report.signatures),
                note: m.completion_history_bytes({ bytes: revision.end.toLocaleString() })
              }))
            }
          ]),
      ...(warnings.length === 0
        ? []
        : [
            { kind: 'heading' as const, text: m.verifier_warnings() },
            ...warnings.map((text) => ({ kind: 'paragraph' as const, text }))
          ])
    ]
  };
}
