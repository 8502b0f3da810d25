import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@cellshed/cache';
import { isRefusal, type Request } from '@cellshed/contracts';
import {
  areaPath,
  type Computations,
  type ComputeProcessor,
  connectPatiently,
  type FailedJob,
  newRequestId,
  openComputations,
  openProgress,
  openQueues,
  openScratch,
  openSpending,
  type Queues,
  runCount,
  submit,
  type WorkerSettings,
} from '@cellshed/jobs';

import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { openOperations } from '@cellshed/operations';
import { openCountPool } from '@cellshed/pool';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { until } from '../../../test/until.ts';
import { drawnReader } from '../src/drawn-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-dead-threads-'));
const catalogPath = join(folder, 'catalog.yaml');
let server: ServerForTests;

beforeAll(async () => {
  server = await redisForTests();
  const place = { across: 1, down: 1, originX: -15_015, originY: 1_500_015 };
  writeConstantRaster(join(folder, 'a.tif'), { ...place, value: 1 });
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n',
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const large = { operation: 'a', area: { drawn: 'large' }, coverage: 'centre' } satisfies Request;
const small = { operation: 'a', area: { drawn: 'small' }, coverage: 'centre' } satisfies Request;
const corners = '[-96,36.3],[-95.9,36.3],[-95.9,36.35],[-96,36.3]';
const area = (ring: string) => Buffer.from(`{"polygons":[[[${ring}]]],"warnings":[]}`);

const computable = (request: Request, fingerprint = 'f') => ({ request, members: [{ key: 'k', fingerprint }] });

/** A request that has begun a computation, whose job is still to be added. */
async function begin(queues: Queues, computations: Computations): Promise<string> {
  await submit(queues, 'a request', small);
  const joined = await computations.join('a request', ['k'], { startedAt: 1, start: 'none' });
  return joined?.begun[0] as string;
}

const count = () => Promise.reject(new Error('nothing is counted'));
const addUp = count;
const forget = async () => undefined;

/** A pool of one thread with little memory, and a queue of computations that it does. */
async function open() {
  await using opened = new AsyncDisposableStack();
  const redis = opened.adopt(
    connectPatiently(server.url, () => undefined),
    async (one) => one.disconnect(),
  );
  const queues = opened.adopt(openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 }), (one) =>
    one.close(),
  );
  const computations = openComputations(queues);
  const computation = await begin(queues, computations);
  const scratch = openScratch(queues, memoryStore());
  const own = scratch.ofComputation(computation);
  await own.set(areaPath('small'), area(corners));
  // Its parsed values take three times the memory of the thread: a single large allocation just
  // at the limit would end the process.
  const vertices = Array.from({ length: 1_500_000 }, (_, i) => `[${i % 7},1]`).join(',');
  await own.set(areaPath('large'), area(vertices));
  const settings = {
    catalogPath,
    recheckMilliseconds: 0,
    threads: 1,
    readDrawn: drawnReader(scratch),
    heapMegabytes: 60,
  };
  const pool = opened.adopt(openCountPool(settings), (one) => one.close());
  const { identify } = await openOperations(settings);
  const failed: FailedJob[] = [];
  let tries = 0;
  const compute = (request: Request, fingerprint: string, signal: AbortSignal) => {
    const task = { computation, requests: [request], fingerprints: [fingerprint], tilesPerBatch: 1 };
    return pool.compute(task, signal);
  };
  const begun: ComputeProcessor['begin'] = async ({ request, members }, signal) => {
    tries += 1;
    await compute(request as Request, members[0]?.fingerprint as string, signal);
    return { outcome: { outcome: 'done', cache: 'miss' }, cells: 0 };
  };
  const running = runCount(
    queues,
    booksOf(queues, computations),
    { compute: { begin: begun, addUp, forget }, count },
    { ...workers(redis), onFailed: (one) => void failed.push(one) },
  );
  opened.defer(() => running.close(1000));
  const kept = opened.move();
  return {
    ...{ computations, computation, compute, identify, failed },
    triesOf: () => tries,
    close: () => kept.disposeAsync(),
  };
}

function booksOf(queues: Queues, computations: Computations) {
  return { computations, progress: openProgress(queues), spending: openSpending(queues, { cellsPerHour: 0 }) };
}

function workers(redis: WorkerSettings['redis']): WorkerSettings {
  return { redis, concurrency: 1, lockMilliseconds: 3_600_000, onError: () => undefined };
}

it('a job that has twice ended its thread for want of memory is given up, and others go on', async () => {
  const { computations, computation, compute, identify, failed, triesOf, close } = await open();
  const identified = await identify(small);
  if (isRefusal(identified)) throw new Error('it is not refused');
  const { fingerprint } = identified;
  await computations.add(computation, computable(large, fingerprint), { request: 'a request' });
  await until(() => computations.isOver(computation));
  // The sentence for clients, and the one in the log.
  const sentence =
    /^told: the work on this has twice ended .* ask for less at once\nthe thread that did this work died: .*memory.* given up$/;
  expect(await computations.outcomes([computation])).toEqual([
    { outcome: 'failed', reason: expect.stringMatching(sentence) },
  ]);
  expect(triesOf()).toBe(2);
  expect(failed).toEqual([
    expect.objectContaining({ cause: expect.stringMatching(/^the thread .*memory/), jobIds: ['a request'] }),
  ]);
  const { signal } = new AbortController();
  expect(await compute(small, fingerprint, signal)).not.toHaveProperty('refused');
  await close();
});

it('the only request that is dismissed stops the planning for it', async () => {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const computation = await begin(queues, computations);
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const plan: ComputeProcessor['begin'] = (_computed, signal) => {
    begun.resolve();
    return new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => {
        stopped.resolve(signal.reason);
        reject(signal.reason);
      }),
    );
  };
  const running = runCount(
    queues,
    booksOf(queues, computations),
    { compute: { begin: plan, addUp, forget }, count },
    workers(redis),
  );
  await computations.add(computation, computable(small), { request: 'a request' });
  await begun.promise;
  await computations.leave('a request');
  await stopped.promise;
  expect(await computations.outcomes([computation])).toEqual([{ outcome: 'cancelled' }]);
  await running.close(1000);
  await queues.close();
  redis.disconnect();
});
