import { afterEach, expect, test } from 'vitest';
import { Install, isIos } from './install.svelte.ts';

afterEach(() => localStorage.clear());

/** What a browser sends when the app may be installed. */
function offer(outcome: 'accepted' | 'dismissed') {
  const asked: string[] = [];
  const event = new Event('beforeinstallprompt', { cancelable: true });
  Object.assign(event, {
    prompt: async () => {
      asked.push(outcome);
      return { outcome };
    }
  });
  return { event, asked };
}

test('is offered by our own button when the browser allows it, and not twice', async () => {
  const install = new Install(window, false);
  expect(install.way).toBeNull();
  const { event, asked } = offer('dismissed');
  window.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  expect(install.way).toBe('prompt');
  await install.ask();
  expect(asked).toEqual(['dismissed']);
  expect(install.way).toBeNull();
  await install.ask();
  expect(asked).toHaveLength(1);
  window.dispatchEvent(offer('accepted').event);
  await install.ask();
  expect(install.installed).toBe(true);
});

test('on iOS by hand; "not now" is kept on the device', () => {
  const install = new Install(window, true);
  expect([install.way, install.mayBeCleared]).toEqual(['ios', true]);
  install.later();
  expect(install.way).toBeNull();
  expect(new Install(window, true).way).toBeNull();
  // It is still a site whose storage may be cleared.
  expect(install.mayBeCleared).toBe(true);
});

test('an iPad that calls itself a Mac is known by its touch screen', () => {
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';
  expect(isIos({ userAgent: mac, maxTouchPoints: 5 })).toBe(true);
  expect(isIos({ userAgent: mac, maxTouchPoints: 0 })).toBe(false);
  expect(
    isIos({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', maxTouchPoints: 5 })
  ).toBe(true);
});
