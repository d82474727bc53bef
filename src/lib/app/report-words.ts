// What the verifier's findings are called, for its page and its command: one sentence a code.
import * as m from '../paraglide/messages.js';
import type { ChangeItem } from '../verify/report.ts';

type Sentence = () => string;

const changes: Readonly<Record<string, Sentence>> = {
  'annotation-added': m.verify_change_annotation_added,
  'annotation-changed': m.verify_change_annotation_changed,
  'annotation-removed': m.verify_change_annotation_removed,
  'appearance-differs': m.verify_change_appearance_differs,
  'appearance-shared': m.verify_change_appearance_shared,
  actions: m.verify_change_actions,
  'catalog-entry': m.verify_change_catalog_entry,
  'catalog-replaced': m.verify_change_catalog_replaced,
  'covers-content': m.verify_change_covers_content,
  'duplicate-keys': m.verify_change_duplicate_keys,
  'object-stream': m.verify_change_object_stream,
  'document-information': m.verify_change_document_information,
  'field-appearance': m.verify_change_field_appearance,
  'field-changed': m.verify_change_field_changed,
  'field-flags': m.verify_change_field_flags,
  'field-format': m.verify_change_field_format,
  'field-locked': m.verify_change_field_locked,
  'field-name-twice': m.verify_change_field_name_twice,
  'field-removed': m.verify_change_field_removed,
  'field-replaced': m.verify_change_field_replaced,
  'field-value': m.verify_change_field_value,
  'form-broken': m.verify_change_form_broken,
  'form-entry': m.verify_change_form_entry,
  'form-flags': m.verify_change_form_flags,
  'form-removed': m.verify_change_form_removed,
  'form-resources': m.verify_change_form_resources,
  'form-resources-changed': m.verify_change_form_resources_changed,
  identifier: m.verify_change_identifier,
  layers: m.verify_change_layers,
  metadata: m.verify_change_metadata,
  names: m.verify_change_names,
  'new-annotation': m.verify_change_new_annotation,
  'new-field': m.verify_change_new_field,
  'new-signature': m.verify_change_new_signature,
  'new-signature-field': m.verify_change_new_signature_field,
  'new-timestamp': m.verify_change_new_timestamp,
  'new-visible-field': m.verify_change_new_visible_field,
  'object-reused': m.verify_change_object_reused,
  'page-added': m.verify_change_page_added,
  'page-content': m.verify_change_page_content,
  'page-entry': m.verify_change_page_entry,
  'page-moved': m.verify_change_page_moved,
  'page-removed': m.verify_change_page_removed,
  'page-resources': m.verify_change_page_resources,
  'page-tree': m.verify_change_page_tree,
  permissions: m.verify_change_permissions,
  'signature-changed': m.verify_change_signature_changed,
  'signature-malformed': m.verify_change_signature_malformed,
  'signature-reused': m.verify_change_signature_reused,
  'structure-tree': m.verify_change_structure_tree,
  trailer: m.verify_change_trailer,
  'unexplained-object': m.verify_change_unexplained_object,
  unreadable: m.verify_change_unreadable,
  'validation-data': m.verify_change_validation_data,
  'validation-data-removed': m.verify_change_validation_data_removed,
  version: m.verify_change_version
};

const warnings: Readonly<Record<string, Sentence>> = {
  'appearance-differs': m.verify_warning_appearance_differs,
  'algorithm-unsupported': m.verify_warning_algorithm_unsupported,
  'attribute-repeated': m.verify_warning_attribute_repeated,
  'attributes-not-der': m.verify_warning_attributes_not_der,
  'byte-range-bounds': m.verify_warning_byte_range_bounds,
  'byte-range-malformed': m.verify_warning_byte_range_malformed,
  'byte-range-start': m.verify_warning_byte_range_start,
  'byte-range-twice': m.verify_warning_byte_range_twice,
  'certificate-attribute-missing': m.verify_warning_certificate_attribute_missing,
  'certificate-mismatch': m.verify_warning_certificate_mismatch,
  'certificate-missing': m.verify_warning_certificate_missing,
  'clock-after-timestamp': m.verify_warning_clock_after_timestamp,
  'clock-before-certificate': m.verify_warning_clock_before_certificate,
  cms: m.verify_warning_cms,
  'container-odd': m.verify_warning_container_odd,
  'contents-not-found': m.verify_warning_contents_not_found,
  'contents-not-hex': m.verify_warning_contents_not_hex,
  'contents-padding': m.verify_warning_contents_padding,
  'contents-twice': m.verify_warning_contents_twice,
  'content-encapsulated': m.verify_warning_content_encapsulated,
  'cut-inside-revision': m.verify_warning_cut_inside_revision,
  'digest-mismatch': m.verify_warning_digest_mismatch,
  'empty-signature-field': m.verify_warning_empty_signature_field,
  'ends-inside-revision': m.verify_warning_ends_inside_revision,
  evidence: m.verify_warning_evidence,
  'gap-is-not-contents': m.verify_warning_gap_is_not_contents,
  'hybrid-xref': m.verify_warning_hybrid_xref,
  'never-signed': m.verify_warning_never_signed,
  'preparation-annotation': m.verify_warning_preparation_annotation,
  'preparation-cover': m.verify_warning_preparation_cover,
  'preparation-field': m.verify_warning_preparation_field,
  'preparation-layer': m.verify_warning_preparation_layer,
  'preparation-missing': m.verify_warning_preparation_missing,
  'preparation-unused': m.verify_warning_preparation_unused,
  repaired: m.verify_warning_repaired,
  'repaired-object': m.verify_warning_repaired_object,
  'revision-boundary': m.verify_warning_revision_boundary,
  'several-signers': m.verify_warning_several_signers,
  'signature-hidden': m.verify_warning_signature_hidden,
  'signer-version': m.verify_warning_signer_version,
  'signature-invalid': m.verify_warning_signature_invalid,
  'sub-filter-unknown': m.verify_warning_sub_filter_unknown,
  timestamp: m.verify_warning_timestamp,
  'unaccounted-bytes': m.verify_warning_unaccounted_bytes,
  'validation-data-limit': m.verify_warning_validation_data_limit,
  'weak-algorithm': m.verify_warning_weak_algorithm,
  'xref-twice': m.verify_warning_xref_twice,
  'xref-offset': m.verify_warning_xref_offset
};

/** What a change is called, by its code; an unknown code is still told. */
export function changeSentence(code: string): string {
  return (changes[code] ?? m.verify_change_other)();
}

/** Where a change lies, for people: page and field, as far as it has them. */
export function changeWhere({ page, field }: Pick<ChangeItem, 'page' | 'field'>): string {
  if (field === null)
    return page === null ? m.verify_change_where_file() : m.verify_change_where_page({ page });
  return page === null ? m.verify_change_where_field({ field }) : m.verify_change_where_both({ page, field });
}

/** What a warning says; families (`cms-…`, `evidence-…`, `timestamp-…`) share a sentence. */
export function warningSentence(code: string): string {
  return (warnings[code] ?? warnings[code.split('-')[0] ?? ''] ?? m.verify_warning_other)();
}
