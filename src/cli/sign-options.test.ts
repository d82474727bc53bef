import { expect, test } from 'vitest';
import { readSignOptions, UsageError } from './sign-options.ts';

const read = (...args: string[]) => readSignOptions(['--out-dir', 'o', ...args, 'a.pdf']);
const refusal = (...args: string[]): string => {
  try {
    readSignOptions(args);
    return 'taken';
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
};

test('without wishes: two parties on page 1, fresh keys', () => {
  expect(read('--json')).toEqual({
    json: true,
    folder: 'o',
    parties: 2,
    files: ['a.pdf'],
    keyFiles: [],
    pss: false,
    password: null,
    tsa: null,
    tsaRoots: null,
    archive: false,
    crls: [],
    text: null,
    stamp: null,
    page: 1,
    boxes: []
  });
});

test('a password right after a key file opens that, any other the encrypted PDFs', () => {
  const told = (...args: string[]) => {
    const options = read(...args);
    return [
      options?.keyFiles.map(({ path, password }) => `${path}:${password}`).join(' '),
      options?.password
    ];
  };
  expect(told('--p12', 'k', '--password', 'P')).toEqual(['k:P', null]);
  expect(told('--p12', 'k', '--password=P', '--p12', 'l', '--password', 'Q')).toEqual(['k:P l:Q', null]);
  expect(told('--password', 'P')).toEqual(['', 'P']);
  expect(told('--password', 'Q', '--p12', 'k', '--password', 'P')).toEqual(['k:P', 'Q']);
  expect(told('--p12', 'k', '--password', 'P', '--password', 'Q')).toEqual(['k:P', 'Q']);
  expect(told('--p12', 'k', '--json', '--password', 'Q')).toEqual(['k:', 'Q']);
  expect(told('--p12', 'k', '--open-password', 'Q', '--p12', 'l', '--password', 'P')).toEqual([
    'k: l:P',
    'Q'
  ]);
  // A password may look like an option when it is given with an equals sign.
  expect(told('--p12', 'k', '--password=--json')).toEqual(['k:--json', null]);
});

test('page and boxes', () => {
  expect(read('--page', '3', '--box', '10,20.5,200,60', '--box', '0,0,1,1')).toMatchObject({
    page: 3,
    boxes: [
      { x: 10, y: 20.5, w: 200, h: 60 },
      { x: 0, y: 0, w: 1, h: 1 }
    ]
  });
});

test.each([
  [['a.pdf'], '--out-dir DIR is missing'],
  [['--out-dir', 'o'], 'no file is named'],
  [['--out-dir', 'o', 'a.pdf', '--parties', '27'], '--parties 27: a number from 1 to 26 is wanted'],
  [['--out-dir', 'o', 'a.pdf', '--page', '0'], '--page 0: a number'],
  [['--out-dir', 'o', 'a.pdf', '--box', '1,2,3'], '--box 1,2,3: x,y,width,height'],
  [['--out-dir', 'o', 'a.pdf', '--box', '1,2,0,4'], '--box 1,2,0,4'],
  [['--out-dir', 'o', 'a.pdf', '--box', '1,2,3,4,5'], '--box 1,2,3,4,5'],
  [['--out-dir', 'o', 'a.pdf', '--password', 'a', '--password', 'b'], 'two passwords'],
  [['--out-dir', 'o', 'a.pdf', '--archive'], 'need --tsa URL'],
  [['--out-dir', 'o', 'a.pdf', '--colour'], "Unknown option '--colour'"]
])('%j is refused', (args, message) => {
  expect(refusal(...args)).toContain(message);
});

test('help is asked for, whatever else', () => {
  expect(readSignOptions(['--help'])).toBeNull();
});
