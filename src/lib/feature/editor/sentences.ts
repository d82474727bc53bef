import type { DraftProblem } from '#lib/app/draft-checks.ts';
import { line } from '#lib/app/draft-content.ts';
import type { Draft, DraftFailure } from '#lib/app/draft.svelte.ts';
import { pointOf, sentence } from '#lib/app/sentences.ts';
import * as m from '#lib/paraglide/messages.js';
import type { NotOffered } from '#lib/sign/existing.ts';
import { kindName, toolOf } from './kinds.ts';
import { partyName, roleName } from './parties.ts';

/** What went wrong, and what is safe. */
export function failureSentence(failure: DraftFailure): string {
  switch (failure.code) {
    case 'encrypted-password':
      return m.editor_failure_locked();
    case 'glyph-missing':
      return m.editor_failure_glyph();
    case 'value-missing':
      return m.editor_value_missing();
    case 'value-invalid':
      return m.editor_value_invalid();
    case 'value-too-long':
      return m.editor_value_long();
    case 'layout-failed':
      return m.editor_failure_layout();
    case 'layout-timeout':
      return m.editor_failure_layout_slow();
    default:
      return sentence(failure.code);
  }
}

function partyOf(draft: Draft, id: string | undefined): string {
  const party = draft.parties.find((candidate) => candidate.id === id);
  if (party === undefined) return '';
  return party.name.trim() === '' ? roleName(party.kind) : partyName(party);
}

/** Why a field of the form stays as it is. */
export function refusalWords(refusal: NotOffered): string {
  switch (refusal) {
    case 'signed':
      return m.editor_form_refusal_signed();
    case 'file-signed':
      return m.editor_form_refusal_file_signed();
    case 'locked':
      return m.editor_form_refusal_locked();
    case 'prescribes':
      return m.editor_form_refusal_prescribes();
    case 'read-only':
      return m.editor_form_refusal_read_only();
    case 'button':
      return m.editor_form_refusal_button();
    case 'kind':
      return m.editor_form_refusal_kind();
    case 'no-place':
      return m.editor_form_refusal_no_place();
    case 'name':
      return m.editor_form_refusal_name();
  }
}

/** One line of the check list. */
export function problemSentence(draft: Draft, problem: DraftProblem): string {
  const who = partyOf(draft, problem.id);
  const count = problem.count ?? 0;
  const names = (problem.names ?? []).map((name) => line(name, 60)).join(', ');
  const field = draft.field(problem.id ?? null);
  const label = field === null ? '' : field.label.trim() || kindName(toolOf(field));
  switch (problem.code) {
    case 'no-document':
      return m.editor_problem_no_document();
    case 'template-incomplete':
      return m.editor_problem_template_incomplete({ count });
    case 'too-large':
      return m.editor_problem_too_large();
    case 'title':
      return m.editor_problem_title();
    case 'counterparty':
      return m.editor_problem_counterparty();
    case 'date':
      return m.editor_problem_date();
    case 'party-name':
      return m.editor_problem_party_name({ who });
    case 'party-email':
      return m.editor_problem_party_email({ who });
    case 'party-phone':
      return m.editor_problem_party_phone({ who });
    case 'party-no-signature':
      return m.editor_problem_party_no_signature({ who });
    case 'party-name-unwritable':
      return m.editor_problem_name_unwritable({ who, character: names, point: pointOf(names) });
    case 'option-unwritable':
      return m.editor_problem_option_unwritable({
        label,
        page: count,
        character: names,
        point: pointOf(names)
      });
    case 'value-unwritable':
      return m.editor_problem_value_unwritable({
        label,
        page: count,
        character: names,
        point: pointOf(names)
      });
    case 'no-copy':
      return m.editor_problem_no_copy({ who });
    case 'same-address':
      return m.editor_problem_same_address();
    case 'field-outside':
      return m.editor_problem_field_outside({ label, page: count });
    case 'field-overlap':
      return m.editor_problem_field_overlap({ label, page: count });
    case 'field-over-form':
      return m.editor_problem_field_over_form({ label, page: count });
    case 'choice-options':
      return m.editor_problem_choice_options({ label, page: count });
    case 'group-single':
      return m.editor_problem_group_single({ label, page: count });
    case 'form-first-only': {
      const [first] = draft.parties.filter(({ kind }) => kind !== 'viewer');
      return m.editor_problem_form_first_only({ label, page: count, first: partyOf(draft, first?.id) });
    }
    case 'form-second-signature':
      return m.editor_problem_form_second_signature({ label, page: count });
    case 'form-left':
      return m.editor_problem_form_left({ count });
    case 'form-xfa':
      return m.editor_problem_form_xfa();
    case 'signed-second-signature':
      return m.editor_problem_signed_second_signature({ label, page: count });
    case 'signed-certified':
      return m.editor_problem_signed_certified();
    case 'signed-locked':
      return m.editor_problem_signed_locked({ label, page: count });
    case 'signed-invisible':
      return m.editor_problem_signed_invisible({ label, page: count });
    case 'signed-signatures-only':
      return m.editor_problem_signed_signatures_only();
    case 'signed-already':
      return m.editor_problem_signed_already({ count });
    case 'insecure':
      return m.editor_problem_insecure();
    case 'notice-javascript':
      return m.editor_problem_javascript();
    case 'notice-launch':
      return m.editor_problem_launch();
    case 'notice-embedded-files':
      return names === ''
        ? m.editor_problem_embedded_files()
        : m.editor_problem_embedded_files_named({ names });
    case 'notice-submit-form':
      return m.editor_problem_submit_form();
    case 'notice-rich-media':
      return m.editor_problem_rich_media();
    case 'notice-layers':
      return m.editor_problem_layers({ names });
    case 'notice-missing-fonts':
      return m.editor_problem_missing_fonts({ names });
    case 'notice-undrawn-values':
      return m.editor_problem_undrawn_values({ names });
    case 'notice-xfa':
      return m.editor_problem_xfa();
    case 'notice-repaired':
      return m.editor_problem_repaired();
  }
}
