/** The runner's doors as the browser offers them. */
import type { Channel, ChannelMessage, Clock, Locks } from './ports.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    // Longer waits overflow the timer and would fire at once.
    const timer = setTimeout(call, Math.min(milliseconds, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  }
};

export const browserLocks: Locks = {
  async hold(name, signal, work) {
    // Without Web Locks (a page that is neither https nor localhost) two tabs may send the same action: the
    // server answers both alike.
    if (!('locks' in navigator)) return work();
    try {
      await navigator.locks.request(name, { signal }, work);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
};

/** The tabs of one identity hear each other under `name`. */
export function browserChannel(name: string): Channel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen(hear) {
      const listener = (event: MessageEvent<ChannelMessage>) => hear(event.data);
      channel.addEventListener('message', listener);
      return () => {
        channel.removeEventListener('message', listener);
        channel.close();
      };
    }
  };
}
