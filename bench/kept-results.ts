import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings } from './findings.ts';
import type { Machine } from './machine.ts';

/** The findings of a bench, their time and their machine. */
export interface KeptResult {
  readonly name: string;
  /** The day, as 2026-11-21. */
  readonly day: string;
  readonly machine: Machine;
  readonly findings: Findings;
}

const folder = join(import.meta.dirname, 'results');

/** Keeps a result in place of the bench's last one. */
export function keepResult(result: KeptResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(result, null, 1)}\n`);
}

/** The last results of those benches that have run, in the order of the names. */
export function keptResults(names: readonly string[]): KeptResult[] {
  return names
    .map((name) => join(folder, `${name}.json`))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}
