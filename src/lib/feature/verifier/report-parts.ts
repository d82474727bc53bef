/** What is shown of a judged file: loaded when the first one is, no part of the page's first load. */
export { default as FilePassword } from './FilePassword.svelte';
export { default as ReportView } from './ReportView.svelte';
export { default as VerdictBanner } from './VerdictBanner.svelte';
