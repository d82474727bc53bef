// `npm run bench`: how fast signing and verifying are, in Chromium, beside pyHanko's library, @libpdf/core,
// pdfsig and the least a browser must pay (R: read the file, digest it). One row for each goal of speed.
// Options: --json (one line a row), --quick (nothing above 10 MB), --rounds N, --only WORD (rows by name),
// --corpus FOLDER (files a second over all PDFs below it, and nothing else).
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { chromiumArgs, chromiumPath } from '../tests/chromium.js';
import { cutFonts } from './fonts.js';
import { prepareJudges } from './judges.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    corpus: { type: 'string' }
  }
});
const rounds = Number(options.rounds);
const folder = join(root, '.cache/bench');
const files = ['contract', '1mb', '10mb', 'pages', 'objects', ...(options.quick ? [] : ['100mb'])];
/** Twenty-five signatures: only verifying it says anything new. */
const many = 'many';
const path = (name) => join(folder, `${name}.pdf`);
const say = (text) => console.error(text);

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
const round = (number, digits = 1) => Number(number.toFixed(digits));

const node = {
  platform: 'node',
  target: 'node20',
  banner: { js: "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);" }
};

/** What Vite does with `?url`: the file beside the bundle, its address as the value. */
const addresses = {
  name: 'addresses',
  setup({ onResolve, onLoad, resolve: find }) {
    onResolve({ filter: /\?url$/ }, async ({ path: asked, resolveDir, kind }) => {
      const found = await find(asked.slice(0, -4), { resolveDir, kind });
      return { path: found.path, errors: found.errors, namespace: 'address' };
    });
    onLoad({ filter: /./, namespace: 'address' }, ({ path: file }) => ({
      contents: readFileSync(file),
      loader: 'file'
    }));
  }
};

const bundle = (entries, more) =>
  build({
    entryPoints: entries.map((name) => join(root, 'tests/bench', name)),
    outdir: join(root, 'build/bench'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    publicPath: '/',
    ...more
  });

async function makeFixtures() {
  await bundle(['fixtures.ts'], node);
  const extent = options.quick ? 'quick' : 'full';
  const script = join(root, 'build/bench/fixtures.js');
  const made = spawnSync(process.execPath, [script, folder, extent], { cwd: root, stdio: 'inherit' });
  if (made.status !== 0) throw new Error('the files to measure could not be made; see above');
}

const types = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };

/** The page, its worker and what the worker fetches. */
async function serve() {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? '/index.html' : request.url;
    const file = name === '/index.html' ? join(root, 'tests/bench', name) : join(root, 'build/bench', name);
    if (!existsSync(file)) return response.writeHead(404).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    return response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

async function openPage() {
  await bundle(['page.ts', 'bench.worker.ts'], {
    platform: 'browser',
    target: 'es2022',
    plugins: [addresses]
  });
  const server = await serve();
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const kinds = ['', '-frozen', '-signed', '-later'];
  await page.setInputFiles('#files', [...files, many].flatMap((name) => kinds.map((kind) => path(`${name}${kind}`)))); // prettier-ignore
  await page.waitForFunction(() => 'bench' in globalThis);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const close = async () => {
    await browser.close();
    await new Promise((done) => server.close(done));
  };
  return { page, renderers, close };
}

const memory = (pid, field) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024;
};

/** Runs one order in a fresh worker; MB that the renderers had at most above what they had before. */
async function peak({ page, renderers }, order) {
  await page.evaluate((warm) => bench.run(warm, true), { ...order, name: `${files[0]}-frozen.pdf`, kind: 'reference' }); // prettier-ignore
  const before = renderers.map((pid) => memory(pid, 'VmRSS'));
  for (const pid of renderers) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  await page.evaluate((one) => bench.run(one), order);
  return Math.max(...renderers.map((pid, i) => memory(pid, 'VmHWM') - before[i]));
}

/** Medians of orders that are run in turn, so that noise of the machine meets all of them alike. */
async function interleave({ page }, orders, count) {
  const times = orders.map(() => []);
  const last = [];
  for (let i = 0; i <= count; i += 1) {
    for (const [at, order] of orders.entries()) {
      const answer = await page.evaluate((one) => bench.run(one).catch((e) => ({ error: String(e) })), order);
      last[at] = answer;
      // The first round compiles and fills caches.
      if (i > 0) times[at].push(answer.error ? NaN : answer.ms);
    }
  }
  return orders.map((_, at) => ({ ...last[at], ms: median(times[at]) }));
}

function pyhanko(python, orders, times = Math.min(rounds, 5)) {
  const results = new Map();
  return new Promise((done) => {
    const child = spawn(python, [join(root, 'tests/bench/peer.py'), String(times), ...orders.flat()]); // prettier-ignore
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => process.stderr.write(data));
    child.once('exit', () => {
      for (const line of text.split('\n').filter(Boolean)) {
        const { kind, path: file, ...rest } = JSON.parse(line);
        results.set(`${kind} ${file}`, rest);
      }
      done(results);
    });
  });
}

function pdfsig(file) {
  const times = [];
  for (let i = 0; i < Math.min(rounds, 5); i += 1) {
    const since = performance.now();
    spawnSync('pdfsig', ['-nocert', file]);
    times.push(performance.now() - since);
  }
  return median(times);
}

const rows = [];
function row(name, fields) {
  const line = { row: name, ...fields };
  rows.push(line);
  if (options.json) console.log(JSON.stringify(line));
  else {
    const goals = (fields.goals ?? []).map(({ goal, value, met }) => `${goal}: ${value} ${met ? 'met' : 'MISSED'}`); // prettier-ignore
    const rest = Object.entries(fields).filter(([key]) => key !== 'goals');
    console.log(`${name.padEnd(18)} ${rest.map(([key, value]) => `${key} ${value}`).join('  ')}\n${' '.repeat(19)}${goals.join('; ')}`); // prettier-ignore
  }
}

const atMost = (goal, value, limit) => ({ goal: `${goal} ≤ ${limit}`, value: round(value, 2), met: value <= limit }); // prettier-ignore
const atLeast = (goal, value, limit) => ({ goal: `${goal} ≥ ${limit}`, value: round(value, 1), met: value >= limit }); // prettier-ignore

async function signRow(bench, name, peer) {
  const file = `${name}-frozen.pdf`;
  const size = statSync(path(`${name}-frozen`)).size;
  const count = size > 50e6 ? Math.min(rounds, 5) : rounds;
  const orders = ['reference', 'sign', 'libpdf'].map((kind) => ({ kind, name: file }));
  const [reference, ours, libpdf] = await interleave(bench, orders, count);
  const peakMb = await peak(bench, { kind: 'sign', name: file });
  const mb = size / 2 ** 20;
  const goals = [];
  if (name === '10mb') goals.push(atMost('G1 time / R', ours.ms / reference.ms, 1.5));
  if (name === '100mb') goals.push(atMost('G1 time / R, streamed', ours.ms / reference.ms, 2.5));
  const against = { contract: 1, '10mb': 1, '100mb': 1, pages: 0.25, objects: 0.35 }[name];
  if (against !== undefined) goals.push(atMost('G2 time / @libpdf/core', ours.ms / libpdf.ms, against));
  const room = mb <= 32 ? 2.2 * mb + 40 : 0.3 * mb + 40;
  goals.push({ goal: `G5 peak MB ≤ ${Math.round(room)}`, value: Math.round(peakMb), met: peakMb <= room });
  row(`sign ${name}`, {
    ms: round(ours.ms),
    R: round(reference.ms),
    libpdf: libpdf.error ?? round(libpdf.ms),
    pyhanko: peer.error ?? round(peer.ms),
    peakMb: Math.round(peakMb),
    pyhankoPeakMb: peer.peakMb,
    added: ours.added,
    libpdfAdded: libpdf.added,
    pyhankoAdded: peer.added,
    longTasks: ours.longTasks,
    goals
  });
}

async function freezeRow(bench, name) {
  const [reference, ours] = await interleave(bench, ['reference', 'freeze'].map((kind) => ({ kind, name: `${name}.pdf` })), Math.min(rounds, 5)); // prettier-ignore
  const peakMb = await peak(bench, { kind: 'freeze', name: `${name}.pdf` });
  row(`freeze ${name}`, { ms: round(ours.ms), R: round(reference.ms), peakMb: Math.round(peakMb), added: ours.added }); // prettier-ignore
}

async function verifyRow(bench, name, kind, peer) {
  const file = `${name}-${kind}.pdf`;
  const size = statSync(path(`${name}-${kind}`)).size;
  const [reference, ours] = await interleave(bench, ['reference', 'verify'].map((one) => ({ kind: one, name: file })), size > 50e6 ? Math.min(rounds, 5) : rounds); // prettier-ignore
  const peakMb = await peak(bench, { kind: 'verify', name: file });
  const goals = [];
  const later = kind === 'later';
  goals.push(atMost('tasks over 50 ms on the page', ours.longTasks, 0));
  if (!later && name.endsWith('mb')) goals.push(atMost('G6 time / R', ours.ms / reference.ms, 1.4));
  if (name === 'objects') goals.push(atLeast(later ? 'G7 pyHanko / time' : 'G6 pyHanko / time', peer.ms / ours.ms, later ? 100 : 10)); // prettier-ignore
  if (name === 'pages' && later) goals.push(atLeast('G7 pyHanko / time', peer.ms / ours.ms, 10));
  row(`verify ${name} ${kind}`, {
    ms: round(ours.ms),
    R: round(reference.ms),
    pyhanko: peer.error ?? round(peer.ms),
    pdfsig: round(pdfsig(path(`${name}-${kind}`))),
    peakMb: Math.round(peakMb),
    pyhankoPeakMb: peer.peakMb,
    goals
  });
}

/** Files a second over a folder, each program in a process of its own: ours, pyHanko's library, pdfsig. */
async function corpusRow(folder, python) {
  const paths = readdirSync(folder, { recursive: true })
    .filter((name) => name.toLowerCase().endsWith('.pdf'))
    .map((name) => resolve(folder, name))
    .filter((name) => statSync(name).isFile())
    .sort();
  const listing = join(root, 'build/bench/corpus.txt');
  await bundle(['corpus.ts'], node);
  writeFileSync(listing, paths.join('\n'));
  const once = () => {
    const [command, ...args] = [process.execPath, join(root, 'build/bench/corpus.js')];
    const { stdout, stderr, status } = spawnSync(command, args, {
      input: paths.join('\n'),
      encoding: 'utf8'
    });
    if (status !== 0) throw new Error(`the corpus could not be verified: ${stderr}`);
    return JSON.parse(stdout);
  };
  const ours = once();
  const results = await pyhanko(python, [['corpus', listing]], 1);
  const peer = results.get(`corpus ${listing}`) ?? { error: 'no answer' };
  const since = performance.now();
  for (const path of paths) spawnSync('pdfsig', ['-nocert', path]);
  const poppler = performance.now() - since;
  // Once more, so that what the machine did meanwhile meets both alike.
  const ms = (ours.ms + once().ms) / 2;
  const perSecond = (time) => round((paths.length * 1000) / time);
  row('verify corpus', {
    files: paths.length,
    perSecond: perSecond(ms),
    pyhanko: peer.error ?? perSecond(peer.ms),
    pdfsig: perSecond(poppler),
    peakMb: ours.peakMb,
    pyhankoPeakMb: peer.peakMb,
    goals: [atLeast('G10 files a second / pyHanko', peer.ms / ms, 2)]
  });
}

async function main() {
  const wanted = (name) => name.includes(options.only);
  const { COUNTERSIGN_PYTHON } = prepareJudges(say);
  if (options.corpus !== undefined) return corpusRow(resolve(process.env.INIT_CWD ?? '.', options.corpus), COUNTERSIGN_PYTHON); // prettier-ignore
  await cutFonts(say);
  say('Making the files to measure …');
  await makeFixtures();
  const bench = await openPage();
  try {
    for (const name of files) {
      if (!wanted(`freeze ${name}`)) continue;
      await freezeRow(bench, name);
    }
    for (const name of files) {
      if (!wanted(`sign ${name}`)) continue;
      const order = ['sign', path(`${name}-frozen`)];
      const peers = await pyhanko(COUNTERSIGN_PYTHON, [order]);
      await signRow(bench, name, peers.get(order.join(' ')) ?? { error: 'no answer' });
    }
    for (const name of [...files, many]) {
      for (const kind of name === many ? ['later'] : ['signed', 'later']) {
        if (!wanted(`verify ${name} ${kind}`)) continue;
        const order = ['verify', path(`${name}-${kind}`)];
        const peers = await pyhanko(COUNTERSIGN_PYTHON, [order]);
        await verifyRow(bench, name, kind, peers.get(order.join(' ')) ?? { error: 'no answer' });
      }
    }
  } finally {
    await bench.close();
  }
  const goals = rows.flatMap((one) => one.goals ?? []);
  say(`${goals.filter(({ met }) => met).length} of ${goals.length} goals met`);
}

await main();
