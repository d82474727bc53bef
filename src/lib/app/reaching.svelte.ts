import type { Reached } from '../domain/action.ts';
import { MAIL_PATTERN, normalPhone, type PartyRecord } from '../domain/party.ts';

type Known = Pick<PartyRecord, 'name' | 'organisation' | 'channel' | 'email' | 'phone'>;

/** A person as a form asks for one who is reached by a link. */
export class Reaching {
  name = $state('');
  organisation = $state('');
  channel = $state<'email' | 'sms'>('email');
  email = $state('');
  phone = $state('');
  /** The person pressed the button: what is missing is said from then on. */
  asked = $state(false);

  constructor(known?: Known) {
    if (known === undefined) return;
    this.name = known.name;
    this.organisation = known.organisation;
    this.channel = known.channel === 'sms' ? 'sms' : 'email';
    this.email = known.email ?? '';
    this.phone = known.phone ?? '';
  }

  readonly nameMissing = $derived(this.asked && this.name.trim() === '');
  readonly emailWrong = $derived(
    this.asked && this.channel === 'email' && !MAIL_PATTERN.test(this.email.trim())
  );
  readonly phoneWrong = $derived(this.asked && this.channel === 'sms' && normalPhone(this.phone) === null);

  /** The person, or null while something is missing; asks from then on. */
  take(): Reached | null {
    this.asked = true;
    if (this.nameMissing || this.emailWrong || this.phoneWrong) return null;
    const email = this.email.trim();
    const phone = normalPhone(this.phone);
    return {
      name: this.name.trim(),
      organisation: this.organisation.trim(),
      channel: this.channel,
      ...(MAIL_PATTERN.test(email) && { email }),
      ...(phone !== null && { phone })
    };
  }
}
