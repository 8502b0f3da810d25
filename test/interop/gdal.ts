import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folder of GDAL's commands that set-up has unpacked, before those on the PATH. */
const own = join(import.meta.dirname, '../../.catchment/gdal/bin');
const path = [...(existsSync(own) ? [own] : []), process.env['PATH']].join(delimiter);

/** Types a line into a shell that finds GDAL's commands. Throws what it prints if it fails. */
export function typeGdal(line: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-ec', line], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) throw new Error(`${line}: ${stdout}${stderr}`);
  return stdout;
}
