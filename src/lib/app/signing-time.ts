/** Where a signature's timestamp comes from, and what the clocks say (`security.md` §9). */
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import type { Server } from '../remote/server.ts';
import type { Stamper } from '../work/pdf-client.ts';

/** Differences from here on are shown, and from there on the clock is asked to be set right, milliseconds (T3). */
const SHOWN = 300_000;
const WRONG = 86_400_000;

/** Why no timestamp can be asked for: the server was not reached in three seconds, or it has no authority. */
export type NoStamper = 'offline' | 'no-answer' | 'no-authority';

/** The server's time authority as the worker asks it. A signature never fails for it. */
export async function stamperOf(
  server: Pick<Server, 'timestampRoom' | 'timestamp'>,
  online: boolean
): Promise<Stamper | NoStamper> {
  if (!online) return 'offline';
  let room: number | null;
  try {
    room = await server.timestampRoom();
  } catch {
    return 'no-answer';
  }
  if (room === null) return 'no-authority';
  return {
    room,
    ask: async (query) => {
      try {
        const { token, now } = await server.timestamp(toBase64(query));
        return { token: fromBase64(token), now };
      } catch {
        // Late, refused or unreadable: the signature goes on without, and says so.
        return null;
      }
    }
  };
}

/** The server's clock when it was last heard, and the device's at that moment, UTC milliseconds. */
export interface HeardTime {
  readonly server: number;
  readonly device: number;
}

/** How this device's clock stood to the server's when it was last heard. */
export interface ClockState {
  /** `off`: more than five minutes, shown. `wrong`: more than a day, the clock should be set. */
  readonly kind: 'right' | 'off' | 'wrong';
  /** Milliseconds that the device is ahead. */
  readonly ahead: number;
}

/**
 * The difference at the moment when the server was heard; a device clock that now stands before that moment
 * was set back since, and is measured by how far. Never a reason not to sign.
 */
export function clockState(heard: HeardTime | null, now: number): ClockState {
  if (heard === null) return { kind: 'right', ahead: 0 };
  const then = heard.device - heard.server;
  const back = Math.min(0, now - heard.device);
  const ahead = then + back;
  const size = Math.abs(ahead);
  return { kind: size > WRONG ? 'wrong' : size > SHOWN ? 'off' : 'right', ahead };
}
