import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowed, objection, roomOf, targetRoom } from './directions.js';

const root = join(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'paraglide' ? [] : sources(path);
    return /\.(ts|svelte|js)$/.test(name) && !/\.test\.ts$/.test(name) ? [path] : [];
  });
}

const IMPORT = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

describe('folders', () => {
  const files = sources(join(root, 'src'));
  const edges = new Map<string, Set<string>>();
  const objections: string[] = [];
  for (const file of files) {
    for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const specifier = match[1] ?? '';
      const why = objection(file, specifier);
      if (why !== null) objections.push(`${relative(root, file)}: ${why}`);
      const from = roomOf(file);
      const to = targetRoom(file, specifier);
      if (from && to && from !== to) edges.set(from, (edges.get(from) ?? new Set<string>()).add(to));
    }
  }

  it('import only in the directions of the architecture', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(objections).toEqual([]);
  });

  it('form no cycle', () => {
    const cycles: string[] = [];
    const walk = (room: string, path: readonly string[]): void => {
      if (path.includes(room)) {
        cycles.push([...path.slice(path.indexOf(room)), room].join(' → '));
        return;
      }
      for (const next of edges.get(room) ?? []) walk(next, [...path, room]);
    };
    for (const room of Object.keys(allowed)) walk(room, []);
    expect(cycles).toEqual([]);
  });

  it('objects to an import against the direction', () => {
    const inPdf = join(root, 'src/lib/pdf/x.ts');
    expect(objection(inPdf, '../verify/report.ts')).toMatch(/pdf must not import verify/);
    expect(objection(inPdf, 'dexie')).toMatch(/only store/);
    expect(objection(inPdf, '../bytes/source.ts')).toBeNull();
  });
});
