import { createClient } from '@cellshed/client';
import type { GroupedCountResult } from '@cellshed/contracts';
import type { Running } from '../processes.ts';
import { type Area, known, rectangle } from './areas.ts';
import { ask, dismiss, ended, expectRight, right } from './asking.ts';
import { findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { pause, waitUntil } from './wait.ts';
import { tileSide, tilesAcross } from './web-raster.ts';

const gateways = 3;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ gateways });
  await Promise.all([stage.worker(), stage.worker()]);
});
afterEach(() => stage.web.release());
afterAll(() => stage.close());

const untilStarted = async (requests: number) => {
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => (await queues.jobs('start', 'waiting', 'prioritized', 'active')).length === 0);
  expect(requests).toBeGreaterThan(0);
};

it.each([1, 2])(
  'a hundred requests for one area at three gateways are counted once, also if the first is dismissed (%i)',
  async (area) => {
    stage.web.hold();
    const before = stage.web.asked();
    const first = await ask(stage, 'web', known(area));
    await stage.web.untilHeld();
    const others = await Promise.all(
      Array.from({ length: 99 }, (_, n) => ask(stage, 'web', known(area), n % gateways)),
    );
    await untilStarted(100);
    await dismiss(stage, first.id, 1);
    stage.web.release();
    await expectRight(stage, others);
    expect((await ended(stage, first.id)).status).toBe('dismissed');
    // Its only tile was read once.
    expect(stage.web.asked() - before).toBe(1);
  },
);

it('a hundred requests at once, while nobody works, are counted once', async () => {
  await stage.endWorkers();
  const before = stage.web.asked();
  const all = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(stage, 'web', known(5), n % gateways)));
  await dismiss(stage, all[0]?.id as string);
  await Promise.all([stage.worker(), stage.worker()]);
  await expectRight(stage, all.slice(1));
  expect(stage.web.asked() - before).toBe(1);
});

it('a request joins the refresh of its key', async () => {
  const area = known(10);
  await expectRight(stage, [await ask(stage, 'brief', area)]);
  await pause(1500);
  stage.web.hold();
  const before = stage.web.asked();
  const stale = await ask(stage, 'brief', area);
  await expectRight(stage, [stale]);
  expect((await ended(stage, stale.id)).cache).toBe('stale');
  await stage.web.untilHeld();
  await stage.cache.flushall();
  const joined = await Promise.all([ask(stage, 'brief', area), ask(stage, 'brief', area, 1)]);
  await untilStarted(2);
  await pause(500);
  stage.web.release();
  await expectRight(stage, joined);
  expect(stage.web.asked() - before).toBe(1);
});

/** An area in a tile of its own. */
function inTile(tile: number): Area {
  return rectangle(20 + tile, 30, (tile % tilesAcross) * tileSide + 1, Math.floor(tile / tilesAcross) * tileSide + 1);
}

it.each(['one after the other', 'at once'])(
  'two requests for several that share half of their areas count each area once: %s',
  async (how) => {
    await stage.cache.flushall();
    const tiles = [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [4, 5, 6, 7, 8, 9, 10, 11],
    ] as const;
    const before = stage.web.asked();
    stage.web.hold();
    const first = await askForSeveral(tiles[0], 0);
    if (how === 'one after the other') await stage.web.untilHeld();
    const second = await askForSeveral(tiles[1], 1);
    await untilStarted(2);
    await pause(500);
    stage.web.release();
    for (const [i, id] of [first, second].entries()) {
      expect((await ended(stage, id)).status).toBe('successful');
      const { results } = await createClient(stage.gateways[0]?.said as string).result<{
        results: GroupedCountResult[];
      }>(id);
      expect(results.map(({ cells, groups }) => ({ cells, groups }))).toEqual(
        tiles[i as 0 | 1].map((tile) => right({ area: inTile(tile), operation: 'web' })),
      );
    }
    expect(stage.web.asked() - before).toBe(12);
  },
);

async function askForSeveral(tiles: readonly number[], gateway: number): Promise<string> {
  const client = createClient((stage.gateways[gateway] as Running).said);
  const areas = tiles.map((tile) => inTile(tile).geometry);
  const { jobID } = await client.execute('multi', { areas, operations: ['web'] });
  return jobID;
}

it('two requests for several that share half of their areas are right when the first is dismissed', async () => {
  await stage.cache.flushall();
  stage.web.hold();
  const first = await askForSeveral([0, 1, 2, 3], 0);
  await stage.web.untilHeld();
  const second = await askForSeveral([2, 3, 4, 5], 1);
  await untilStarted(2);
  await dismiss(stage, first);
  stage.web.release();
  expect((await ended(stage, second)).status).toBe('successful');
  const { results } = await createClient(stage.gateways[0]?.said as string).result<{ results: GroupedCountResult[] }>(
    second,
  );
  expect(results.map(({ cells }) => cells)).toEqual([2, 3, 4, 5].map((tile) => inTile(tile).cells));
  expect((await ended(stage, first)).status).toBe('dismissed');
});
