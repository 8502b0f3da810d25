import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Samples } from '../tiles/samples.ts';
import { bytesOfTile, decodeTile } from './tile-decoder.ts';
import type { TileFormat } from './tile-format.ts';

/** A request to a helper thread. */
export interface Asked {
  readonly stored: Uint8Array;
  readonly rows: number;
  readonly format: TileFormat;
}

/** The answers of a helper, in the order of the requests; the first message is `ready`. */
export type Answer = 'ready' | { readonly samples: Samples } | { readonly error: Error };

interface Job extends Asked {
  readonly resolve: (samples: Samples | Promise<Samples>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Helper {
  readonly worker: Worker;
  isReady: boolean;
  /** The tiles that the helper has, in order. */
  readonly doing: Job[];
}

/** One helper for each other processor. */
export const defaultHelpers = availableParallelism() - 1;

/** Counting is two or three times as fast as decoding: more helpers would wait for the counting. */
const mostHelpers = 3;

/** The number of tiles that a helper decodes while this thread counts some and decodes another. */
const mostAtHelper = 8;

/** Fewer tiles are decoded before a helper is awake. */
const leastShared = 4;

/** A tile with fewer bytes is decoded before a helper has received it. */
const leastBytes = 2 ** 17;

/** A helper that is idle for this long is stopped. */
const idleMilliseconds = 10_000;

const helpers: Helper[] = [];
/** Tiles that no thread has begun, in the order of the requests. */
const waiting: Job[] = [];
let isTurnDue = false;
/** False after a helper has failed: then this thread decodes all tiles itself. */
let mayHire = true;
let idle: NodeJS.Timeout | undefined;

/**
 * Decodes a tile as `decodeTile` does, by this thread and some helpers together, at most 3. Helpers
 * receive some of the waiting tiles, several at once, and this thread decodes the next tile
 * whenever it has nothing else to do. So no helper is woken for a single tile, which may take as
 * long as decoding it, and no caller waits for a helper while there are tiles that no thread has
 * begun.
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

/** This runs after all callers of this turn have asked. */
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
    // The promise waits for a decoder that is asynchronous.
    resolve(decodeTile(stored, rows, format));
  } catch (error) {
    reject(error);
  }
}

/** A helper never receives more tiles than are left. The tile that is needed first stays here. */
function shareOut(): void {
  for (const helper of helpers) {
    while (helper.isReady && helper.doing.length < Math.min(mostAtHelper, waiting.length - 1))
      give(helper, waiting.splice(1, 1)[0] as Job);
  }
}

function give({ worker, doing }: Helper, job: Job): void {
  // Only running work keeps the process alive.
  if (doing.push(job) === 1) worker.ref();
  const { stored, rows, format } = job;
  // A part of a buffer would be sent together with all of it. The bytes also stay here, because the
  // helper may fail.
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

/** A helper may fail for lack of memory. This thread then decodes the helper's tiles. */
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
