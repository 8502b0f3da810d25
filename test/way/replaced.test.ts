import { known, rectangle, small, values, writeLocal, writeTables } from './areas.ts';
import { type Asked, ask, ended, expectRight, outcome, right } from './asking.ts';
import { findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { TILES_PER_JOB: '2' } });
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

/** Requests that wait: start has done them, or all has been done that needs no raster worker. */
async function waitingRequests(operation: 'web' | 'local', roles: 'start' | 'start,finish'): Promise<Asked[]> {
  const areas = [known(1), known(1), small(2), small(3), ...(roles === 'start' ? [rectangle(1000, 1000)] : [])];
  const asked = await Promise.all(areas.map((area) => ask(stage, operation, area)));
  const worker = await stage.worker(roles);
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => {
    // A request that follows another one may wait in its start job.
    if ((await queues.jobs('start', 'completed', 'delayed')).length < asked.length) return false;
    return roles === 'start' || (await queues.named('count').getJobCountByTypes('waiting', 'prioritized')) >= 3;
  });
  await stage.end(worker, 'SIGTERM');
  return asked;
}

async function expectValue(asked: readonly Asked[], value: number): Promise<void> {
  const outcomes = await Promise.all(asked.map(({ id }) => outcome(stage, id)));
  expect(outcomes).toEqual(asked.map((one) => right(one, value)));
}

describe.each(['start', 'start,finish'] as const)('requests for which %s has been done', (roles) => {
  it('are counted on the new one when a remote raster is replaced', async () => {
    const asked = await waitingRequests('web', roles);
    stage.web.replace(9);
    await stage.worker();
    await expectValue(asked, 9);
  });

  it('are counted on the new one when a local raster is replaced', async () => {
    const asked = await waitingRequests('local', roles);
    writeLocal(stage.folder, 6);
    await stage.worker();
    await expectValue(asked, 6);
  });

  it('are answered when an identical table is written anew', async () => {
    const asked = await waitingRequests('local', roles);
    writeTables(stage.folder);
    await stage.worker();
    await expectRight(stage, asked);
  });
});

it('requests that are being counted while a raster is replaced are counted again on the new one', async () => {
  await stage.worker();
  stage.web.hold();
  const asked = await Promise.all([ask(stage, 'web', known(1)), ask(stage, 'web', rectangle(1000, 1000))]);
  await stage.web.untilHeld();
  stage.web.replace(9);
  stage.web.release();
  await expectValue(asked, 9);
});

it('an identical table that is written anew during the count changes nothing', async () => {
  await stage.worker();
  stage.web.hold();
  const asked = await Promise.all([ask(stage, 'web', known(1)), ask(stage, 'web', known(2))]);
  await stage.web.untilHeld();
  writeTables(stage.folder);
  stage.web.release();
  await expectRight(stage, asked);
});

it('a raster that is replaced in every count ends a request with a sentence, after a few times', async () => {
  await stage.worker();
  stage.web.replaceAlways(true);
  const asked = await ask(stage, 'web', known(1));
  const { status, message } = await ended(stage, asked.id);
  expect({ status, message }).toEqual({ status: 'failed', message: expect.stringMatching(/replaced|changed/) });
  expect(stage.web.asked()).toBeGreaterThan(1);
  expect(stage.web.asked()).toBeLessThan(100);
  stage.web.replaceAlways(false);
  const again = await ask(stage, 'web', known(1));
  expect(await outcome(stage, again.id)).toEqual(right(again, values.web));
});
