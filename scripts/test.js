// `npm test`: sets up all it needs, then runs every check, stage by stage, with the time of each.
// `npm test -- unit e2e` runs only the named stages (set-up always runs).
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { Failure, run } from './failure.js';
import { checkNode, install } from './install.js';
import { prepareJudges } from './judges.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, 'test-results');
const bin = (name) => join(root, 'node_modules/.bin', name);
const total = { passed: 0, failed: 0 };
/** What failed, to be said once more at the very end, where it is found. @type {string[]} */
const failures = [];
let environment = process.env;

/** Runs a command with its output; resolves with whether it went well. */
function command(file, args, extra = {}) {
  return new Promise((done) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...environment, ...extra }
    });
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

/** A check without a test count of its own counts as one. */
async function check(file, args) {
  const fine = await command(file, args);
  total[fine ? 'passed' : 'failed'] += 1;
  return fine;
}

async function vitest(...projects) {
  const out = join(results, `vitest-${projects.join('-')}.json`);
  const fine = await command(bin('vitest'), [
    'run',
    ...projects.flatMap((name) => ['--project', name]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${out}`
  ]);
  count(out, (report) => {
    for (const file of report.testResults) {
      const name = relative(root, file.name);
      const failed = file.assertionResults.filter((one) => one.status !== 'passed');
      for (const one of failed) failures.push(failure(name, one.fullName, one.failureMessages?.[0]));
      if (file.status === 'failed' && failed.length === 0) failures.push(failure(name, '', file.message));
    }
    return [report.numPassedTests, report.numFailedTests + report.numPendingTests];
  });
  if (!fine) total.failed += total.failed === 0 ? 1 : 0;
  return fine;
}

async function playwright() {
  const out = join(results, 'e2e.json');
  const fine = await command(bin('playwright'), ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: out
  });
  count(out, ({ stats, suites }) => {
    for (const spec of suites.flatMap(specs))
      if (!spec.ok)
        failures.push(failure(spec.file, spec.title, spec.tests[0]?.results.at(-1)?.error?.message));
    return [stats.expected, stats.unexpected + stats.flaky + stats.skipped];
  });
  if (!fine) total.failed += total.failed === 0 ? 1 : 0;
  return fine;
}

const specs = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)];

/** One failed test in a few lines: where it stands, its name, how its message begins. */
function failure(file, name, message) {
  const lines = stripVTControlCharacters(message ?? '')
    .trim()
    .split('\n')
    .slice(0, 12);
  return [`${file} › ${name || 'the file itself'}`, ...lines].join('\n      ');
}

function count(file, read) {
  try {
    const [passed, failed] = read(JSON.parse(readFileSync(file, 'utf8')));
    total.passed += passed;
    total.failed += failed;
  } catch {
    total.failed += 1;
  }
}

const stages = {
  // First, as in `npm start`: a build must need nothing that another stage makes.
  build: async () => {
    const { build } = await import('./build.js');
    await build(console.log);
    total.passed += 1;
    return true;
  },
  messages: () => command(bin('svelte-kit'), ['sync']),
  lint: () => check(bin('eslint'), ['.', '--max-warnings=0']),
  format: () => check(bin('prettier'), ['--check', '--log-level=warn', '.']),
  types: () => check(bin('svelte-check'), ['--fail-on-warnings', '--output', 'human']),
  hooktypes: () => check(process.execPath, ['scripts/check-hooks.js']),
  unit: () => vitest('node'),
  browser: () => vitest('browser'),
  hooks: () => vitest('hooks'),
  oracles: () => vitest('oracles'),
  e2e: playwright
};

await run(async () => {
  checkNode();
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in stages));
  if (unknown.length > 0)
    throw new Failure(`There is no stage ${unknown.join(', ')}; stages: ${Object.keys(stages).join(', ')}.`);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const times = [];
  const timed = async (name, work) => {
    console.log(`\n── ${name}`);
    const start = Date.now();
    const fine = await work();
    times.push({ name, seconds: (Date.now() - start) / 1000, fine });
  };
  await timed('set-up', async () => {
    install();
    const { getPocketBase } = await import('./pocketbase.js');
    await getPocketBase({ say: console.log });
    environment = { ...process.env, ...prepareJudges(console.log) };
    Object.assign(process.env, environment);
    return true;
  });
  for (const [name, work] of Object.entries(stages)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    await timed(name, work);
  }
  console.log('\n── times');
  for (const { name, seconds, fine } of times)
    console.log(`${fine ? ' ' : '✗'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
  const seconds = times.reduce((sum, one) => sum + one.seconds, 0);
  console.log(`  ${'all'.padEnd(10)} ${seconds.toFixed(1)} s\n`);
  if (times.some((one) => !one.fine) && total.failed === 0) total.failed = 1;
  if (failures.length > 0) console.log(`── failed\n${failures.map((one) => `  ✗ ${one}`).join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
});
