import * as m from '#lib/paraglide/messages.js';
import type { HistoryFault, HistoryReport } from '../verify/history.ts';

type Sentence = (about: { entry: number; file: string }) => string;

const faults: Readonly<Record<HistoryFault['code'], Sentence>> = {
  edited: m.history_fault_edited,
  order: m.history_fault_order,
  beginning: () => m.history_fault_beginning(),
  'device-statement': m.history_fault_device_statement,
  head: () => m.history_fault_head(),
  'signature-head': m.history_fault_signature_head,
  'signature-file': m.history_fault_signature_file
};

/** Name of the history, as a heading. */
export const historyTitle = ({ title, document }: HistoryReport): string =>
  title === '' ? m.history_untitled({ document }) : m.history_title({ title });

/** What was found, in sentences: first whether it holds, then what that rests on. Entries count from 1. */
export function historySentences(report: HistoryReport): readonly string[] {
  const { anchored, events, lost, signedByDevices } = report;
  const wrong = report.faults.map(({ code, seq, file }) =>
    faults[code]({ entry: (seq ?? 0) + 1, file: file ?? '' })
  );
  const first =
    wrong.length > 0
      ? [m.history_wrong(), ...wrong]
      : [events === 0 ? m.history_empty() : m.history_whole({ count: events })];
  const rest = [
    ...(lost > 0 ? [m.history_lost({ count: lost })] : []),
    ...(signedByDevices > 0 ? [m.history_devices({ count: signedByDevices })] : []),
    ...(report.server === 'trusted' ? [m.history_server_trusted()] : []),
    ...(report.server === 'unknown' ? [m.history_server_unknown()] : [])
  ];
  if (anchored === null) return [...first, ...rest, m.history_anchor_none()];
  const after = anchored < events - 1 ? [m.history_after({ entry: anchored + 1 })] : [];
  return [...first, ...rest, m.history_anchor({ entry: anchored + 1 }), ...after];
}
