import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestServer } from './server.ts';

export interface Dropped {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly kind: string;
}

/** Where a server without mail and SMS leaves its messages: files in the data folder. */
export class Drop {
  readonly #taken = new Set<string>();
  readonly #folder: string;

  constructor(server: Pick<TestServer, 'dataDir'>) {
    this.#folder = join(server.dataDir, 'messages');
    mkdirSync(this.#folder, { recursive: true });
  }

  all(): Dropped[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .sort()
      .map((name) => this.#read(name));
  }

  #read(name: string): Dropped {
    const content = readFileSync(join(this.#folder, name), 'utf8');
    const [, to = '', subject = '', text = ''] = /^To: (.*)\nSubject: (.*)\n\n([\s\S]*)$/.exec(content) ?? [];
    return { to, subject, text, kind: name.split('Z-')[1]?.split('-')[0] ?? '' };
  }

  /** The next message to an address that no call has taken yet; waits for it. */
  next(to: string, kind: string, limit = 10_000): Promise<Dropped> {
    const look = (): Dropped | null => {
      for (const name of readdirSync(this.#folder).sort()) {
        if (this.#taken.has(name)) continue;
        const message = this.#read(name);
        if (message.to !== to || message.kind !== kind || !message.text.endsWith('\n')) continue;
        this.#taken.add(name);
        return message;
      }
      return null;
    };
    return new Promise((yes, no) => {
      const watcher = watch(this.#folder, () => settle());
      const timer = setTimeout(() => {
        watcher.close();
        no(new Error(`no ${kind} to ${to} within ${limit} ms`));
      }, limit);
      const settle = (): void => {
        const found = look();
        if (found === null) return;
        clearTimeout(timer);
        watcher.close();
        yes(found);
      };
      settle();
    });
  }
}

export const codeIn = (text: string): string => /\b[0-9]{6}\b/.exec(text)?.[0] ?? '';
export const linkIn = (text: string): string => /#([A-Za-z0-9]{43})\b/.exec(text)?.[1] ?? '';
