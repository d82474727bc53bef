// `npm run test:slow`: what takes longer than anybody waits for, stage by stage, with the time of each.
// `npm run test:slow -- fuzz properties` runs only the named stages. Needs what `npm test` has set up.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, run } from './failure.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(root, 'node_modules/.bin/vitest');

/** Runs a command with its output; resolves with whether it went well. */
function command(file, args, extra = {}) {
  return new Promise((done) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...extra }
    });
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

const cli = (name, ...args) => command(process.execPath, ['scripts/cli.js', name, ...args]);

/** A first seed that is another one in every run; a fault prints the seed that shows it again. */
const someSeed = () => String(1 + Math.floor(Math.random() * 1_000_000_000));

/**
 * Name → what it does and how it runs; resolves with whether all went well. One line a stage: whoever has a
 * long run adds it here.
 */
const stages = {
  fuzz: {
    what: '20,000 mutated files through read, freeze, sign, verify',
    run: () => cli('fuzz', '--seed', someSeed(), '--count', '20000')
  },
  properties: {
    what: 'every property test with new random seeds, byte mutations among them',
    run: () =>
      command(vitest, ['run', '--project', 'node', '--testTimeout=600000'], { PROPERTY_SEED: 'random' })
  }
};

await run(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in stages));
  if (unknown.length > 0)
    throw new Failure(`There is no stage ${unknown.join(', ')}; stages: ${Object.keys(stages).join(', ')}.`);
  const times = [];
  for (const [name, { what, run: work }] of Object.entries(stages)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n── ${name}: ${what}`);
    const start = Date.now();
    const fine = await work();
    times.push({ name, seconds: (Date.now() - start) / 1000, fine });
  }
  console.log('\n── times');
  for (const { name, seconds, fine } of times)
    console.log(`${fine ? ' ' : '✗'} ${name.padEnd(12)} ${seconds.toFixed(1)} s`);
  const failed = times.filter(({ fine }) => !fine).length;
  console.log(`${times.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
