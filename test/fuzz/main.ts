import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { targets } from './targets.ts';
import type { Work } from './worker.ts';

/*
 * Runs the readers of foreign files on as many cases as wanted, each of a seed of its own, and
 * prints the outcomes. Ends with code 1 and the seed of the first case that fails or does not end.
 */

const usage =
  'usage: npm run fuzz -- [--cases N of each reader, default 100000] [--seconds N in all] [--seed N, the first] [--target NAME]';

/** A case that takes longer does not end. */
const longestCase = 60_000;

/** The memory of a thread. No small file needs more. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 };

interface Options {
  readonly cases: number;
  readonly milliseconds: number;
  readonly seed: number;
  readonly target: string | undefined;
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { cases: text, seconds: text, seed: text, target: text } });
  const number = (value: string | undefined, otherwise: number) => {
    const read = value === undefined ? otherwise : Number(value);
    if (!(read >= 0)) throw new Error(usage);
    return read;
  };
  // Another one each time, which is printed.
  const seed = number(values.seed, Date.now() % 2 ** 31);
  const known = targets.some(({ name }) => name === values.target);
  if (values.target !== undefined && !known)
    throw new Error(
      `no reader is called ${values.target}, expected one of ${targets.map(({ name }) => name).join(', ')}`,
    );
  const milliseconds = 1000 * number(values.seconds, Number.POSITIVE_INFINITY);
  return { cases: number(values.cases, 100_000), milliseconds, seed, target: values.target };
}

/** Runs one reader for so long at most; resolves to how many cases it had. */
async function fuzz(name: string, { cases, seed, milliseconds }: Omit<Options, 'target'>): Promise<number> {
  const progress = new Float64Array(new SharedArrayBuffer(3 * 8));
  const workerData: Work = { name, seed, cases, progress };
  const began = performance.now();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits });
  const ended = once(worker, 'exit').catch((error: unknown) => error as Error);
  let [last, since] = [-1, began];
  for (;;) {
    const end = await Promise.race([ended, after(200)]);
    if (end instanceof Error) throw new Error(`${name}, seed ${progress[0]}: ${end.message}`, { cause: end });
    const now = performance.now();
    const isOver = end !== undefined || now - began > milliseconds;
    if (progress[0] !== last) [last, since] = [progress[0] ?? 0, now];
    else if (now - since > longestCase && !isOver) giveUp(`${name}, seed ${last}: does not end`);
    if (isOver) break;
  }
  const [, accepted = 0, refused = 0] = progress;
  await worker.terminate();
  const rate = Math.round((accepted + refused) / ((performance.now() - began) / 1000));
  process.stdout.write(
    `${name.padEnd(24)} ${String(accepted + refused).padStart(10)} cases: ${accepted} accepted, ${refused} refused, ${rate} a second\n`,
  );
  return accepted + refused;
}

/** A case that does not end cannot be ended from within, either. */
function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.kill(process.pid, 'SIGKILL');
  throw new Error(sentence);
}

const options = readOptions();
const chosen = targets.filter(({ name }) => options.target === undefined || name === options.target);
process.stdout.write(`seeds from ${options.seed} on\n`);
let total = 0;
for (const { name } of chosen) {
  total += await fuzz(name, { ...options, milliseconds: options.milliseconds / chosen.length });
}
process.stdout.write(`${total} cases, none of them wrong\n`);
