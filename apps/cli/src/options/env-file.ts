import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ownFolder } from './clone.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of `.env` (or of the file that ENV_FILE names; empty: of none) that the environment
 * does not have. Relative paths are found from the file's folder. Throws a sentence when the file
 * is there and cannot be read, or is not there though it is named.
 */
export function envFileSettings(env: Environment): Record<string, string> {
  if (env.ENV_FILE === '') return {};
  const file = env.ENV_FILE === undefined ? resolve(ownFolder, '.env') : resolve(env.ENV_FILE);
  const text = readText(file, env.ENV_FILE !== undefined);
  const settings = Object.entries(parseEnv(text)).filter(([name]) => env[name] === undefined);
  return Object.fromEntries(
    settings.map(([name, value = '']) => [name, isPath(name, value) ? resolve(dirname(file), value) : value]),
  );
}

function isPath(name: string, value: string): boolean {
  return (name === 'CATCHMENT_CATALOG' || name === 'SERVE_DIR') && value !== '';
}

function readText(file: string, isNamed: boolean): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (!isNamed && (cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Error(`the settings in ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
