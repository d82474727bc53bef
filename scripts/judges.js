// What `npm test` needs besides npm packages: a browser, PDF tools, an SMS gateway and pyHanko, which judge
// our output. Debian or Ubuntu as root installs them; elsewhere what is missing is named.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const venv = join(root, '.cache/oracles');
const requirements = ['pyHanko==0.38.0'];

/** Program (or file) that must be there → Debian package that brings it. */
const programs = {
  chromium: 'chromium',
  pdfsig: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  qpdf: 'qpdf',
  openssl: 'openssl',
  bearerbox: 'kannel',
  '/usr/lib/kannel/test/fakesmsc': 'kannel-extras',
  python3: 'python3'
};

function there(program) {
  if (program.startsWith('/')) return existsSync(program);
  if (program === 'chromium' && process.env.CHROMIUM_PATH) return existsSync(process.env.CHROMIUM_PATH);
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 || existsSync(`/usr/sbin/${program}`);
}

const missing = () => [
  ...new Set(
    Object.keys(programs)
      .filter((one) => !there(one))
      .map((one) => programs[one])
  )
];

function apt(...args) {
  return spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  }).status;
}

function installPrograms(say) {
  const packages = missing();
  if (packages.length === 0) return;
  const root = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v apt-get']).status === 0;
  if (root) {
    say(`Installing from Debian: ${packages.join(', ')} …`);
    apt('update', '-qq');
    apt('install', '-y', '-qq', ...packages);
  }
  const still = missing();
  if (still.length > 0) {
    throw new Failure(
      `The tests need ${still.join(', ')} (names of Debian packages). ` +
        (root
          ? 'apt-get could not install them.'
          : 'Install them, or run the tests as root on Debian or Ubuntu.')
    );
  }
}

function python(say) {
  const stamp = join(venv, 'installed.txt');
  const wanted = requirements.join('\n');
  const binary = join(venv, 'bin/python');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(binary)) return binary;
  say(`Installing ${requirements.join(', ')} into .cache/oracles …`);
  if (spawnSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' }).status !== 0) {
    if (process.getuid?.() === 0) apt('install', '-y', '-qq', 'python3-venv');
    if (spawnSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'ignore' }).status !== 0)
      throw new Failure(
        'python3 cannot make a virtual environment; install the Debian package python3-venv.'
      );
  }
  const pip = spawnSync(
    binary,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements],
    {
      stdio: ['ignore', 'ignore', 'inherit']
    }
  );
  if (pip.status !== 0)
    throw new Failure('pip could not install pyHanko from PyPI; its message stands above.');
  writeFileSync(stamp, wanted);
  return binary;
}

/** Makes sure that every judge is there. Returns the environment that tells tests where they are. */
export function prepareJudges(say) {
  installPrograms(say);
  return { COUNTERSIGN_PYTHON: process.env.COUNTERSIGN_PYTHON ?? python(say) };
}
