export type PartyKind = 'company' | 'client' | 'witness' | 'viewer';
/** How a party is reached: a link by mail or SMS, or the device handed over (`hand`: no link is sent). */
export type Channel = 'email' | 'sms' | 'hand';
/** How a party proves who it is. `staff`: a signed-in member; `in-person`: a member's signed statement. */
export type Proof = 'none' | 'email' | 'sms' | 'staff' | 'in-person';
export type PartyStatus = 'draft' | 'waiting' | 'turn' | 'signed' | 'declined';

/**
 * A person of one document. `email` and `phone` are there for members who may see the document and for the
 * party itself, and absent for co-parties. With channel `hand` they only say where the final copy goes.
 */
export interface PartyRecord {
  readonly id: string;
  readonly document: string;
  /** Signing order from 0; fixed at freeze. */
  readonly order: number;
  /** `A` for order 0, `B` for order 1 …, given at freeze; part of field names. */
  readonly letter: string;
  readonly kind: PartyKind;
  readonly name: string;
  readonly organisation: string;
  readonly email?: string;
  /** E.164: `+48600100200`. */
  readonly phone?: string;
  readonly channel: Channel;
  readonly proof: Proof;
  /** BCP 47. */
  readonly language: string;
  /** User id when a member signs for the company in the app (proof `staff`), else null. */
  readonly member: string | null;
  readonly status: PartyStatus;
  /** UTC milliseconds. */
  readonly signedAt: number | null;
}

/** What a screen of the sender edits: a party before freeze. */
export type PartyDraft = Omit<PartyRecord, 'document' | 'letter' | 'status' | 'signedAt'>;

export const MAIL_PATTERN = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]{2,}$/;
export const PHONE_PATTERN = /^\+[1-9][0-9]{6,14}$/;

/** A phone number as people write it, as E.164; null when it cannot be one. `00` counts as `+`. */
export function normalPhone(written: string): string | null {
  const digits = written.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  return PHONE_PATTERN.test(digits) ? digits : null;
}

/** `k…@e….com` and `… 34`: enough to recognise one's own address, too little to learn a stranger's. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return `… ${address.slice(-2)}`;
  const host = address.slice(at + 1);
  const dot = host.lastIndexOf('.');
  return `${address.slice(0, 1)}…@${host.slice(0, 1)}…${dot < 0 ? '' : host.slice(dot)}`;
}
