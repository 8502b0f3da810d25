import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { rivalVersions } from './rivals/set-up.ts';

/** The machine and the programs of a bench, by name. */
export type Machine = Readonly<Record<string, string>>;

export function thisMachine(): Machine {
  const [cpu] = cpus();
  return {
    processor: `${cpu?.model ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: systemName(),
    Node: process.versions.node,
    zlib: process.versions.zlib ?? 'unknown',
    ...rivalVersions(),
  };
}

function systemName(): string {
  const file = '/etc/os-release';
  const name = existsSync(file) && /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync(file, 'utf8'))?.[1];
  return name || `${type()} ${release()}`;
}
