import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Samples } from './raster.ts';
import { bytesOfTile, decodeTile, type TileFormat } from './tile-decoder.ts';

/** What a helper is asked. */
export interface Asked {
  readonly stored: Uint8Array;
  readonly rows: number;
  readonly format: TileFormat;
}

/** What it answers, in the order in which it was asked; `ready` before all else. */
export type Answer = 'ready' | { readonly samples: Samples } | { readonly error: Error };

interface Job extends Asked {
  readonly resolve: (samples: Samples | Promise<Samples>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Helper {
  readonly worker: Worker;
  isReady: boolean;
  /** What it has been given, in order. */
  readonly doing: Job[];
}

/** One for each other processor. */
export const defaultHelpers = availableParallelism() - 1;

/** One counts two or three times as fast as one decodes: more would wait for the counting. */
const mostHelpers = 3;

/** As many as are decoded while this thread counts some and decodes another. */
const mostAtHelper = 8;

/** Fewer are decoded sooner than a helper is awake. */
const leastShared = 4;

/** A tile with fewer bytes is decoded sooner than it is told of. */
const leastBytes = 2 ** 17;

/** Helpers who had nothing to do for so long are let go. */
const idleMilliseconds = 10_000;

const helpers: Helper[] = [];
/** What nobody has begun, in the order in which it was asked for. */
const waiting: Job[] = [];
let isTurnDue = false;
/** No longer once one has failed: then this thread does what there is to do. */
let mayHire = true;
let idle: NodeJS.Timeout | undefined;

/**
 * As `decodeTile`, by this thread and so many helpers together, 3 at most. Some of what waits goes
 * to helpers, several tiles at once, and this thread decodes the next one whenever it has nothing
 * else to do. So nobody is woken for a single tile, which may take as long as decoding it, and
 * nobody waits for a helper while there are tiles that no one has begun.
 */
export async function decodeTogether(
  stored: Uint8Array,
  rows: number,
  format: TileFormat,
  wantedHelpers: number,
): Promise<Samples> {
  if (wantedHelpers < 1 || format.compression === 'none' || bytesOfTile(format) < leastBytes)
    return decodeTile(stored, rows, format);
  const { promise, resolve, reject } = Promise.withResolvers<Samples>();
  waiting.push({ stored, rows, format, resolve, reject });
  takeTurn(wantedHelpers);
  return promise;
}

/** When all who ask in this turn have asked. */
function takeTurn(wantedHelpers: number): void {
  if (isTurnDue) return;
  isTurnDue = true;
  setImmediate(() => {
    isTurnDue = false;
    if (waiting.length >= leastShared) {
      hire(Math.min(wantedHelpers, mostHelpers));
      shareOut();
    }
    const own = waiting.shift();
    if (own) decodeHere(own);
    if (waiting.length > 0) takeTurn(wantedHelpers);
  });
}

function decodeHere({ stored, rows, format, resolve, reject }: Job): void {
  try {
    // What is not there at once, the promise waits for.
    resolve(decodeTile(stored, rows, format));
  } catch (error) {
    reject(error);
  }
}

/** Never more to one helper than are left; the one that is needed first stays here. */
function shareOut(): void {
  for (const helper of helpers) {
    while (helper.isReady && helper.doing.length < Math.min(mostAtHelper, waiting.length - 1))
      give(helper, waiting.splice(1, 1)[0] as Job);
  }
}

function give({ worker, doing }: Helper, job: Job): void {
  // Only what is under way keeps the process.
  if (doing.push(job) === 1) worker.ref();
  const { stored, rows, format } = job;
  // A part of a buffer would be sent with all of it. What is sent stays here, too: the helper may
  // fail.
  const own = stored.byteLength === stored.buffer.byteLength ? stored : new Uint8Array(stored);
  worker.postMessage({ stored: own, rows, format } satisfies Asked);
  idle?.refresh();
}

function hire(most: number): void {
  while (mayHire && helpers.length < most) {
    try {
      helpers.push(newHelper());
    } catch {
      mayHire = false;
    }
  }
  idle ??= setTimeout(letGo, idleMilliseconds).unref();
}

function newHelper(): Helper {
  const worker = new Worker(new URL('decode-thread.ts', import.meta.url), {
    name: 'decode',
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
  const helper: Helper = { worker, isReady: false, doing: [] };
  worker.on('message', (answer: Answer) => hear(helper, answer));
  worker.on('error', () => dismiss(helper));
  worker.unref();
  return helper;
}

function hear(helper: Helper, answer: Answer): void {
  if (answer === 'ready') {
    helper.isReady = true;
    return;
  }
  const job = helper.doing.shift();
  if (helper.doing.length === 0) helper.worker.unref();
  if ('samples' in answer) job?.resolve(answer.samples);
  else job?.reject(answer.error);
  shareOut();
}

/** For want of memory, perhaps. This thread does what it had been given. */
function dismiss(helper: Helper): void {
  mayHire = false;
  helpers.splice(helpers.indexOf(helper), 1);
  waiting.unshift(...helper.doing.splice(0));
  if (waiting.length > 0) takeTurn(0);
}

function letGo(): void {
  idle = undefined;
  if (helpers.some(({ doing }) => doing.length > 0)) idle = setTimeout(letGo, idleMilliseconds).unref();
  else for (const { worker } of helpers.splice(0)) void worker.terminate();
}
