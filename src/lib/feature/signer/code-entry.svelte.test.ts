import { describe, expect, it } from 'vitest';
import { CodeEntry, countdown } from './code-entry.svelte.ts';

function entry(answer: (code: string) => Promise<void> = async () => undefined) {
  const sent: string[] = [];
  const code = new CodeEntry(async (digits) => {
    sent.push(digits);
    await answer(digits);
  });
  return { code, sent };
}
const refusal = (code: string) => Object.assign(new Error(code), { code });

describe('the code', () => {
  it('goes by itself with the sixth digit', async () => {
    const { code, sent } = entry();
    await code.write('12345');
    expect(sent).toEqual([]);
    await code.write('123456');
    expect(sent).toEqual(['123456']);
  });

  it('may be pasted with spaces or a whole sentence', async () => {
    const { code, sent } = entry();
    await code.write('Your code: 123 456.');
    expect(sent).toEqual(['123456']);
  });

  it('is sent once, however fast one types', async () => {
    let release = () => {};
    const { code, sent } = entry(() => new Promise((resolve) => (release = resolve)));
    const first = code.write('123456');
    expect(code.busy).toBe(true);
    await code.write('1234567');
    release();
    await first;
    expect(sent).toEqual(['123456']);
  });

  it('is emptied when it was wrong, and the sentence goes with the next digit', async () => {
    const { code } = entry(() => Promise.reject(refusal('code-wrong')));
    await code.write('123456');
    expect(code.failure).toBe('code-wrong');
    expect(code.digits).toBe('');
    await code.write('');
    expect(code.failure).toBe('code-wrong');
    await code.write('1');
    expect(code.failure).toBeNull();
  });

  it('is kept when the network failed, and may be sent again', async () => {
    let down = true;
    const { code, sent } = entry(() => (down ? Promise.reject(refusal('unreachable')) : Promise.resolve()));
    await code.write('123456');
    expect(code.digits).toBe('123456');
    down = false;
    await code.retry();
    expect(sent).toEqual(['123456', '123456']);
    expect(code.failure).toBeNull();
  });
});

describe('countdown', () => {
  it('counts whole seconds up to the end', () => {
    expect(countdown(65_000, 0)).toBe('1:05');
    expect(countdown(65_000, 64_001)).toBe('0:01');
    expect(countdown(65_000, 65_000)).toBeNull();
  });
});
