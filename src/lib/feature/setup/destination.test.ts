import { expect, test } from 'vitest';
import { destination } from './destination.ts';

test('goes back to the page that asked for signing in', () => {
  expect(destination('/documents/abc123/sign?x=1')).toBe('/documents/abc123/sign?x=1');
});

test.each([
  null,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/sign-in?to=/x'
])('goes to the board instead of %s', (to) => expect(destination(to)).toBe('/board'));
