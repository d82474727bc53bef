// OpenSSL as a judge: runs in a folder of its own that is removed afterwards.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Bench {
  /** Runs `openssl …`; returns what it printed, throws with its words when it fails. */
  run(...args: readonly string[]): string;
  /** Exit code 0. */
  accepts(...args: readonly string[]): boolean;
  write(name: string, bytes: Uint8Array | string): string;
  read(name: string): Uint8Array<ArrayBuffer>;
  close(): void;
}

export function openBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'));
  const run = (...args: readonly string[]): string =>
    execFileSync('openssl', [...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    run,
    accepts: (...args) => {
      try {
        run(...args);
        return true;
      } catch {
        return false;
      }
    },
    write: (name, bytes) => {
      writeFileSync(join(folder, name), bytes);
      return name;
    },
    read: (name) => Uint8Array.from(readFileSync(join(folder, name))),
    close: () => rmSync(folder, { recursive: true, force: true })
  };
}

export function pem(kind: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
}
