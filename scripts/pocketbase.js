// Gets stock PocketBase, in this order: PB_BIN, the cached copy, the release page, PyPI, Go. PB_FROM forces one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Failure, run } from './failure.js';
import { unzipOne } from './zip.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const pin = JSON.parse(readFileSync(join(root, 'scripts/pocketbase.pin.json'), 'utf8'));
const executable = process.platform === 'win32' ? 'pocketbase.exe' : 'pocketbase';
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * Whether an archive may be used (`security.md` O3): its sum stands in the pin file, or, while the
 * workspace is reached on this machine only, in the list that came with it (`published`).
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {{sums: Record<string, string>, published?: string, appUrl?: string, say: (line: string) => unknown}} context
 */
export function acceptArchive(name, bytes, { sums, published, appUrl, say }) {
  const sum = sha256(bytes);
  if (sums[name] !== undefined) {
    if (sums[name] !== sum)
      throw new Failure(`${name} has another checksum than scripts/pocketbase.pin.json.`);
    return;
  }
  if (published !== undefined && published !== sum) {
    throw new Failure(`${name} does not have the checksum that was published with it.`);
  }
  const host = appUrl ? new URL(appUrl).hostname : 'localhost';
  if (!['localhost', '127.0.0.1', '[::1]'].includes(host)) {
    throw new Failure(
      `${name} is not in scripts/pocketbase.pin.json, so it is refused while APP_URL is ${appUrl}: check ` +
        `its SHA-256 (${sum}), write it into the pin file, and start again.`
    );
  }
  say(`Note: the checksum of ${name} is not pinned, only that of its own download page was compared.`);
}

async function fromRelease(context) {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform];
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (!platform || !arch) throw new Failure(`no release for ${process.platform} on ${process.arch}`);
  const name = `pocketbase_${pin.version}_${platform}_${arch}.zip`;
  const get = async (file, ms) => {
    const response = await fetch(`${pin.release}/${file}`, { signal: AbortSignal.timeout(ms) });
    if (!response.ok) throw new Failure(`the release page answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  // The small file first: where the page cannot be reached this ends within five seconds.
  const sums = (await get('checksums.txt', 5_000)).toString('utf8');
  const published = sums.match(
    new RegExp(`^([0-9a-f]{64})\\s+\\*?${name.replaceAll('.', '\\.')}$`, 'm')
  )?.[1];
  if (published === undefined) throw new Failure(`the release has no checksum for ${name}`);
  const zip = await get(name, 120_000);
  acceptArchive(name, zip, { ...context, published });
  return unzipOne(zip, (entry) => entry === executable);
}

async function fromPip(context) {
  const commands = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
  const works = ([command, ...args]) => spawnSync(command, [...args, '--version']).status === 0;
  const pip = commands.find(works);
  if (pip === undefined) throw new Failure('Python with pip is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  try {
    const [command, ...args] = pip;
    const done = spawnSync(
      command,
      [...args, 'download', '--no-deps', '--only-binary=:all:', '--no-input', '-q', '-d', folder, pin.pip],
      { encoding: 'utf8' }
    );
    if (done.status !== 0) throw new Failure(`pip: ${(done.stderr ?? '').trim().split('\n').pop()}`);
    const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
    const wheel = readFileSync(join(folder, name));
    acceptArchive(name, wheel, context);
    return unzipOne(wheel, (entry) => entry.endsWith(`/scripts/${executable}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromGo({ say }) {
  if (spawnSync('go', ['version']).status !== 0) throw new Failure('Go is not installed');
  say('Building PocketBase with Go; the first time this takes a minute or two.');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  try {
    const flags = `-s -w -X github.com/pocketbase/pocketbase.Version=${pin.version}`;
    const done = spawnSync('go', ['install', '-trimpath', '-ldflags', flags, pin.go], {
      encoding: 'utf8',
      // The module asks for a newer toolchain than most machines have; Go's checksum database vouches for both.
      env: { ...process.env, GOTOOLCHAIN: 'auto', CGO_ENABLED: '0', GOBIN: folder }
    });
    if (done.status !== 0) throw new Failure(`go: ${(done.stderr ?? '').trim().split('\n').pop()}`);
    return readFileSync(join(folder, process.platform === 'win32' ? 'base.exe' : 'base'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sources = { release: fromRelease, pip: fromPip, go: fromGo };

/** The cached copy of one source, or null when there is none or its sum is not the one written down. */
function cached(folder, from) {
  const path = join(folder, from, executable);
  const note = join(folder, from, 'sha256');
  if (!existsSync(path) || !existsSync(note)) return null;
  return sha256(readFileSync(path)) === readFileSync(note, 'utf8') ? path : null;
}

function store(folder, from, bytes) {
  const target = join(folder, from);
  mkdirSync(target, { recursive: true });
  const fresh = join(target, `${executable}.${process.pid}`);
  writeFileSync(fresh, bytes, { mode: 0o755 });
  renameSync(fresh, join(target, executable));
  writeFileSync(join(target, 'sha256'), sha256(bytes));
  return join(target, executable);
}

/**
 * Path of a PocketBase of the pinned version. `env` may hold PB_BIN, PB_FROM and APP_URL; `say` gets a line
 * about where it was taken from. Throws Failure with what was tried and what is missing.
 */
export async function getPocketBase({ env = process.env, say = console.log } = {}) {
  if (env.PB_BIN) {
    if (!existsSync(env.PB_BIN)) throw new Failure(`PB_BIN names ${env.PB_BIN}, which does not exist.`);
    say(`PocketBase: ${env.PB_BIN} (PB_BIN)`);
    return env.PB_BIN;
  }
  if (env.PB_FROM && !(env.PB_FROM in sources)) {
    throw new Failure(`PB_FROM is "${env.PB_FROM}"; it can be release, pip or go.`);
  }
  const wanted = env.PB_FROM ? [env.PB_FROM] : Object.keys(sources);
  const folder = join(root, '.cache/pocketbase', pin.version);
  for (const from of wanted) {
    const path = cached(folder, from);
    if (path !== null) {
      say(`PocketBase ${pin.version}: cached copy (${from})`);
      return path;
    }
  }
  const reasons = [];
  for (const from of wanted) {
    try {
      const bytes = await sources[from]({ sums: pin.sums, appUrl: env.APP_URL, say });
      if (bytes === null) throw new Failure('the archive holds no PocketBase');
      say(`PocketBase ${pin.version}: taken from ${from}`);
      return store(folder, from, bytes);
    } catch (error) {
      // A wrong checksum is not a reason to look elsewhere quietly.
      if (/checksum|pin file/.test(error.message)) throw error;
      reasons.push(`${from}: ${error.cause?.message ?? error.message}`);
    }
  }
  throw new Failure(
    `PocketBase ${pin.version} could not be got (${reasons.join('; ')}). Give access to one of these, or ` +
      'point PB_BIN to a PocketBase of that version.'
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => console.log(await getPocketBase()));
}
