import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { historySentences, historyTitle } from '#lib/app/history-words.ts';
import { memorySource } from '#lib/bytes/source.ts';
import { webProvider } from '#lib/pki/provider-web.ts';
import { checkHistory, readHistory, type HistoryReport, type JudgedFile } from '#lib/verify/history.ts';
import { verifyFile } from '#lib/verify/verify.ts';
import { readRoots } from './roots.ts';

const HELP = `npm run --silent verify-events -- [--json] [--trust FILE] HISTORY.json [DOCUMENT.pdf…]

Says whether an exported history is whole and in order, and what the signed PDFs beside it confirm.

  --json          one JSON object in place of sentences
  --trust FILE    certificates that you trust (PEM or DER), such as the workspace's ca.pem; may be repeated
Exit 0 when it holds; 1 when something was changed, removed, moved or forged; 2 for a wrong call.
`;

function readCall() {
  return parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      trust: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
}

async function judged(path: string, name: string, roots: readonly Uint8Array[]): Promise<JudgedFile> {
  const source = memorySource(Uint8Array.from(readFileSync(path)));
  return { name, report: await verifyFile(name, source, webProvider, { now: Date.now(), roots }) };
}

async function main(): Promise<number> {
  let report: HistoryReport;
  let json: boolean;
  try {
    const { values, positionals } = readCall();
    const [first, ...files] = positionals;
    if (values.help || first === undefined) {
      process.stdout.write(HELP);
      return values.help ? 0 : 2;
    }
    json = values.json;
    const base = process.env['INIT_CWD'] ?? process.cwd();
    const history = readHistory(readFileSync(resolve(base, first), 'utf8'));
    if (history === null) {
      process.stderr.write(`${first}: not a history of Countersign\n`);
      return 2;
    }
    const roots = values.trust.flatMap((path) => readRoots(resolve(base, path)));
    const reports: JudgedFile[] = [];
    for (const name of files) reports.push(await judged(resolve(base, name), name, roots));
    report = await checkHistory(history, reports, roots, webProvider);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  const sentences = [historyTitle(report), ...historySentences(report).map((line) => `  ${line}`)];
  process.stdout.write(`${json ? JSON.stringify(report) : sentences.join('\n')}\n`);
  return report.faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
