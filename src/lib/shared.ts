/**
 * What the server's hooks take from the pure rooms: built into `pb_hooks/lib/shared.js` (`scripts/build.js`),
 * so that a rule exists once. Everything here runs in PocketBase's engine: no DOM, no promises. What reads
 * PDFs and does cryptography is `shared/proofs.ts`, since each engine that loads it takes some megabytes.
 */
export { VERSIONLESS, payloadSchemas, wireActionSchema } from './domain/action.ts';
export { LOG_START, openingText, restartText } from './domain/certificate-log.ts';
export { CONSENTS } from './domain/consent.ts';
export { baseOf, turnOf } from './domain/document.ts';
export { EVENT_KINDS, EVENT_START, deviceEventsSchema, eventText } from './domain/event.ts';
export { VALUE_KINDS, freeLetters, nameFields, partyLetters } from './domain/field.ts';
export { jcs } from './domain/jcs.ts';
export { MAIL_PATTERN, PHONE_PATTERN, maskAddress } from './domain/party.ts';
export { smsLength } from './domain/sms-text.ts';
export { hmacSha1 } from './pki/hmac-sha1.ts';
export { safeParse } from 'valibot';
