import * as m from '#lib/paraglide/messages.js';
import type { MessageProblem, MessageState } from '../domain/api.ts';

const problems: Readonly<Record<Exclude<MessageProblem, ''>, () => string>> = {
  login: m.messages_problem_login,
  encryption: m.messages_problem_encryption,
  address: m.messages_problem_address,
  content: m.messages_problem_content,
  later: m.messages_problem_later,
  closed: m.messages_problem_closed,
  unreachable: m.messages_problem_unreachable,
  'no-answer': m.messages_problem_no_answer,
  certificate: m.messages_problem_certificate,
  refused: m.messages_problem_refused,
  undelivered: m.messages_problem_undelivered,
  settings: m.messages_problem_settings,
  gone: m.messages_problem_gone
};

/** Why a message is not further, and whether something still happens by itself; '' when nothing is wrong. */
export function problemOf({ problem, status }: Pick<MessageState, 'problem' | 'status'>): string {
  if (problem === '') return '';
  // A newer server may know a reason that this build does not.
  const why = (problems[problem] as (() => string) | undefined) ?? m.messages_problem_other;
  return status === 'waiting' ? `${why()} ${m.messages_tried_again()}` : why();
}
