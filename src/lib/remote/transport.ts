/** One request to our own server, and a typed failure for every way it can go wrong. */
import { ServerRefusal, Unreachable } from '../sync/failure.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/api/countersign/`. */
  readonly path: string;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly auth?: string | null;
  /** Token of a signing link, instead of `auth`. */
  readonly link?: string | null;
  /** Milliseconds; 30 s when absent. */
  readonly timeout?: number;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const TIMEOUT = 30_000;
/** The slowest line a transfer may have before it counts as cut: 16 KiB a second. */
const BYTES_A_MILLISECOND = 16;

/** Time that a transfer of `size` bytes may take, in milliseconds. */
export function transferTime(size: number): number {
  return TIMEOUT + Math.ceil(size / BYTES_A_MILLISECOND);
}

/** Milliseconds of a Retry-After header, seconds or a date; null when there is none or it is nonsense. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function isJson(response: Response): boolean {
  return (response.headers.get('content-type') ?? '').includes('json');
}

/** The answer, 2xx. Throws ServerRefusal or Unreachable. */
export async function send(base: string, request: Request, fetch: Fetch): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (request.auth) headers['Authorization'] = request.auth;
  else if (request.link) headers['X-Countersign-Link'] = request.link;
  let body: BodyInit | null = null;
  if (request.body instanceof Blob) {
    headers['Content-Type'] = 'application/octet-stream';
    body = request.body;
  } else if (request.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(request.body);
  }
  let response: Response;
  try {
    response = await fetch(`${base}/api/countersign/${request.path}`, {
      method: request.method,
      headers,
      body,
      cache: 'no-store',
      credentials: 'omit',
      // Ours never redirect; a captive portal does.
      redirect: 'error',
      signal: AbortSignal.timeout(request.timeout ?? TIMEOUT)
    });
  } catch (error) {
    throw new Unreachable('no answer', { cause: error });
  }
  if (response.ok) return response;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<ServerRefusal | Unreachable> {
  const wait = retryAfter(response.headers.get('retry-after'), Date.now());
  let body: unknown = null;
  if (isJson(response)) {
    try {
      body = await response.json();
    } catch {
      body = null;
    }
  }
  if (typeof body === 'object' && body !== null) {
    // PocketBase itself answers {status, message, data}; our routes {code, message, …}.
    const { code } = body as { code?: unknown };
    return new ServerRefusal(
      response.status,
      typeof code === 'string' ? code : standardCode(response.status),
      body as Record<string, unknown>,
      wait
    );
  }
  // A proxy before the server may speak for it with these, without our JSON; any other page is not ours.
  if (response.status === 413 || response.status === 429 || response.status >= 500) {
    return new ServerRefusal(response.status, standardCode(response.status), {}, wait);
  }
  return new Unreachable(`status ${response.status} without JSON`);
}

function standardCode(status: number): string {
  switch (status) {
    case 400:
      return 'bad-request';
    case 401:
      return 'sign-in';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 413:
      return 'too-large';
    case 429:
      return 'rate-limited';
    default:
      return status >= 500 ? 'internal' : 'unknown';
  }
}

/** The JSON object of a 2xx answer. A page (captive portal) or garbage counts as no answer. */
export async function json(response: Response): Promise<Record<string, unknown>> {
  if (!isJson(response)) throw new Unreachable('an answer that is not JSON');
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    throw new Unreachable('broken JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new Unreachable('JSON that is no object');
  return value as Record<string, unknown>;
}
