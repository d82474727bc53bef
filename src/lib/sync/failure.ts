/** The server answered, and said no (or something went wrong on its side). */
export class ServerRefusal extends Error {
  readonly status: number;
  /** `domain/api.ts` ServerErrorCode; `unknown` when the body named none. */
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds of a Retry-After header, else null. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    body: Readonly<Record<string, unknown>> = {},
    retryAfter: number | null = null
  ) {
    super(`${status} ${code}`);
    this.name = 'ServerRefusal';
    this.status = status;
    this.code = code;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** No answer of ours: offline, cut, time-out, a captive portal's page, or JSON that is none. */
export class Unreachable extends Error {
  readonly code = 'unreachable';

  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'Unreachable';
  }
}
