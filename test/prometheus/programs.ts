import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const own = join(import.meta.dirname, '../../.catchment/prometheus/bin');

/** A program of Prometheus: where set-up has put it, else on the PATH. */
export function programOf(name: 'prometheus' | 'promtool'): string {
  const there = join(own, name);
  return existsSync(there) ? there : name;
}

/** Runs `promtool` to its end. Answers all that it has said, and its exit code. */
export function promtool(...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(programOf('promtool'), args, { encoding: 'utf8' });
  if (error) throw error;
  return { code: status, said: `${stdout}${stderr}` };
}
