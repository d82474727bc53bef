import type { Budget } from './budget.ts';
import type { Located } from './object.ts';
import type { Members } from './object-stream.ts';
import type { PdfStream } from './objects.ts';

/**
 * What was parsed of one file, by its place and never by its number. Kept for speed only: when the budget is
 * short, all of it goes, and is parsed again when it is asked for.
 */
export class ObjectCache {
  private readonly located = new Map<string, Located>();
  private readonly members = new Map<PdfStream, Members>();
  /** Kept by single views. */
  private readonly views: Map<string, Located>[] = [];

  constructor(private readonly budget: Budget) {
    budget.whenShort(() => this.release());
  }

  /** A place for what only one view reads so. */
  view(): Map<string, Located> {
    const view = new Map<string, Located>();
    this.views.push(view);
    return view;
  }

  get(key: string): Located | undefined {
    return this.located.get(key);
  }

  keep(key: string, located: Located): void {
    this.located.set(key, located);
  }

  membersOf(stream: PdfStream): Members | undefined {
    return this.members.get(stream);
  }

  keepMembers(stream: PdfStream, members: Members): void {
    this.members.set(stream, members);
  }

  release(): void {
    for (const map of [this.located, ...this.views]) {
      for (const { cost } of map.values()) this.budget.give(cost);
      map.clear();
    }
    for (const members of this.members.values()) this.budget.give(members.cost());
    this.members.clear();
  }
}
