import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a service that other commands need: all that are not the defaults. */
export const sharedSettings = [
  'CATCHMENT_URL',
  'CATCHMENT_CATALOG',
  'QUEUE_REDIS_URL',
  'QUEUE_PREFIX',
  'CACHE_URL',
  'DRAWN_CACHE_URL',
  'JOB_CACHE_URL',
  'TALLY_URL',
] as const;
export type SharedSetting = (typeof sharedSettings)[number];

/** A `catchment serve` that runs on this machine. */
export interface RunningService {
  readonly pid: number;
  readonly settings: Readonly<Partial<Record<SharedSetting, string>>>;
}

/** The time in which a gateway on this machine must answer. */
const answerMilliseconds = 2000;

/**
 * Says in a file of the folder that this process serves, for `findService`, until the returned
 * function is called. It says nothing while another one that runs has said so.
 */
export async function announceService(folder: string, settings: RunningService['settings']): Promise<() => void> {
  if (await findService(folder)) return () => undefined;
  const file = fileIn(folder);
  const service: RunningService = { pid: process.pid, settings };
  mkdirSync(dirname(file), { recursive: true });
  // URLs may have passwords.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(service, undefined, 2)}\n`, { mode: 0o600 });
  return () => {
    if (readService(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/**
 * The service that a file of the folder tells of; undefined when there is none, or it runs no more.
 */
export async function findService(folder: string): Promise<RunningService | undefined> {
  const service = readService(fileIn(folder));
  return service && isAlive(service.pid) && (await answers(service)) ? service : undefined;
}

/**
 * The settings that an environment lacks to work with the service; none where it has another value
 * for any: then it means another service.
 */
export function settingsOfService({ settings }: RunningService, env: Environment): Record<string, string> {
  const known = Object.entries(settings);
  if (known.some(([name, value]) => env[name] && !isSame(name, env[name], value))) return {};
  return Object.fromEntries(known.filter(([name]) => !env[name]));
}

function isSame(name: string, here: string, there: string): boolean {
  return here === there || (name === 'CATCHMENT_CATALOG' && resolve(here) === there);
}

function fileIn(folder: string): string {
  return join(folder, 'service.json');
}

function readService(file: string): RunningService | undefined {
  try {
    const { pid, settings } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && typeof settings === 'object' && settings !== null ? { pid, settings } : undefined;
  } catch {
    // It is not there, or was cut short by a crash: the service will say so again when it starts.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Another process may have got the number of one that was killed. */
async function answers({ settings: { CATCHMENT_URL: url } }: RunningService): Promise<boolean> {
  try {
    const { ok } = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(answerMilliseconds) });
    return ok;
  } catch {
    return false;
  }
}
