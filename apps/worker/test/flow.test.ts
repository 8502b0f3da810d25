import type { AnyRequest } from '@cellshed/contracts';
import { areaPath, type CountProcessor, DataLost, namesPath, PermanentFailure } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { until } from '../../../test/until.ts';

import { countProcessor, mostBytesReturned } from '../src/processors/count.ts';

import { counted, frame, heldCount, part, request, startFlow } from './flow.ts';

let server: ServerForTests;
beforeAll(async () => {
  server = await redisForTests();
});
afterAll(() => server.stop());

it('the first asking is a miss that adds up all batches, the second a hit with the same value', async () => {
  const flow = await startFlow(server, async () => counted(2));
  const first = await flow.ask();
  expect(await first.ended).toBe(true);
  const { state, cache, value } = await flow.answer(first.id);
  expect({ state, cache }).toEqual({ state: 'successful', cache: 'miss' });
  expect(value).toEqual({ ...frame.known, cells: 6, covered: 1, groups: [{ values: [11], cells: 6 }] });
  const second = await flow.ask();
  await second.ended;
  expect(await flow.answer(second.id)).toEqual({ state: 'successful', cache: 'hit', value });
  await flow.close();
});

it('a hundred requests for one area at once are one computation and a hundred equal answers', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const asked = await Promise.all(Array.from({ length: 100 }, () => flow.ask()));
  await held.begun;
  held.release();
  expect(await Promise.all(asked.map(({ ended }) => ended))).toEqual(Array(100).fill(true));
  const answers = await Promise.all(asked.map(({ id }) => flow.answer(id)));
  expect(new Set(answers.map(({ state, value }) => JSON.stringify([state, value]))).size).toBe(1);
  expect(answers[0]?.value.cells).toBe(6);
  expect(held.batches()).toBe(3);
  await flow.close();
});

it('dismissing the request that began a computation leaves the others to end right', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const first = await flow.ask();
  await held.begun;
  const others = await Promise.all([flow.ask(), flow.ask()]);
  await until(async () => (await flow.queues.start.getDelayedCount()) === 2);
  await flow.dismissals.dismiss(first.id);
  expect(await first.ended).toBe(true);
  expect((await flow.answer(first.id)).state).toBe('dismissed');
  held.release();
  await Promise.all(others.map(({ ended }) => ended));
  for (const { id } of others) expect((await flow.answer(id)).value.cells).toBe(6);
  expect(held.aborted()).toBe(0);
  await flow.close();
});

it('dismissing the only request stops its counting, and a later one begins anew', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const only = await flow.ask();
  await held.begun;
  await flow.dismissals.dismiss(only.id);
  await only.ended;
  await until(async () => held.aborted() === held.batches());
  expect(held.aborted()).toBeGreaterThan(0);
  held.release();
  const later = await flow.ask();
  await later.ended;
  expect((await flow.answer(later.id)).value.cells).toBe(6);
  await flow.close();
});

it('what is planned again, after batches of a lost plan had left tallies, adds up its own batches alone', async () => {
  // Large parts are in the job cache.
  const groups = Array.from({ length: mostBytesReturned / 20 }, (_, value) => ({ values: [value], cells: 0 }));
  const countPool = {
    count: async ({ tiles }: { tiles: readonly (readonly number[])[] }) => [
      { cells: 2 * tiles.length, groups: [{ values: [-1], cells: 2 * tiles.length }, ...groups] },
    ],
    sweep: async () => undefined,
  };
  const batchOf = (rows: number) => {
    const tiles = Array.from({ length: rows }, (_, row): [number, number, number] => [row, 0, 1]);
    return { members: [0], rasters: ['landcover'], tiles, tallied: null };
  };
  let plans = 0;
  const plan = async () => {
    plans += 1;
    if (plans === 1) return { planned: { tiles: 3, tallied: 0, cells: 6, batches: [batchOf(3)], frames: [frame] } };
    const frames = [{ ...frame, tallied: part(4) }];
    return { planned: { tiles: 3, tallied: 2, cells: 2, batches: [batchOf(1)], frames } };
  };
  const count: CountProcessor = (...args) => countProcessor({ pool: countPool, scratch: flow.scratch })(...args);
  const flow = await startFlow(server, count, { plan });
  const { count: queue } = flow.queues;
  const addBulk = queue.addBulk.bind(queue);
  queue.addBulk = async (jobs) => {
    queue.addBulk = addBulk;
    await addBulk(jobs);
    await until(async () => (await queue.getCompletedCount()) === 1);
    throw new Error('the worker lost its Redis');
  };
  const { id, ended } = await flow.ask();
  expect(await ended).toBe(true);
  expect(plans).toBe(2);
  expect((await flow.answer(id)).value.cells).toBe(6);
  const { tiles } = (await flow.status(id)) ?? {};
  expect(tiles).toMatchObject({ planned: 3, tallied: 2 });
  await flow.close();
});

it('an entry evicted between signal and read is computed again', async () => {
  const flow = await startFlow(server, async () => counted(2));
  const first = await flow.ask();
  await first.ended;
  await flow.queues.finish.pause();
  const second = await flow.ask();
  await until(async () => (await flow.queues.start.getCompletedCount()) === 2);
  expect(await flow.results.delete('geop:huc12:1:landcover:f')).toBe(true);
  await flow.queues.finish.resume();
  await second.ended;
  const { state, cache, value } = await flow.answer(second.id);
  expect({ state, cache, cells: value.cells }).toEqual({ state: 'successful', cache: 'miss', cells: 6 });
  await flow.close();
});

it('a batch that fails for good fails every request that waits, with what clients may hear of it', async () => {
  const error = new Error('raster landcover: /data/lc.tif: tile 3, 5 cannot be decoded: incorrect header check');
  const publicMessage = 'raster landcover cannot be read';
  for (const told of [undefined, publicMessage]) {
    const flow = await startFlow(server, async ({ batch }) => {
      if (batch === 1) throw told === undefined ? error : Object.assign(new Error(error.message), { publicMessage });
      return counted(2);
    });
    const asked = await Promise.all([flow.ask(), flow.ask()]);
    await Promise.all(asked.map(({ ended }) => ended));
    for (const { id } of asked) {
      const generic = `job ${id} failed here: the log of the workers tells why, under this id`;
      expect(await flow.status(id)).toMatchObject({ state: 'failed', problem: told ?? generic });
    }
    expect(flow.failed.map(({ cause }) => cause)).toContain(error.message);
    await flow.close();
  }
  const flow = await startFlow(server, async () => counted(2));
  expect(await flow.results.ticket('geop:huc12:1:landcover:f')).toBeUndefined();
  await flow.close();
});

it('a computation that fails is told of once, however many batches fail, are tried again, and requests wait', async () => {
  const held = Promise.withResolvers<void>();
  const flow = await startFlow(server, async () => {
    await held.promise;
    throw new Error('tile 0, 0 cannot be read');
  });
  const asked = [await flow.ask(), await flow.ask()];
  // Both wait by then.
  await until(async () => (await flow.queues.start.getDelayedCount()) === 1);
  held.resolve();
  await Promise.all(asked.map(({ ended }) => ended));
  expect(flow.failed).toEqual([
    {
      kind: 'count',
      job: expect.stringMatching(/-of-3-/),
      operation: 'landcover',
      area: 'huc12/1',
      cause: 'tile 0, 0 cannot be read',
      jobIds: asked.map(({ id }) => id).sort(),
    },
  ]);
  await flow.close();
});

it('what a request alone fails of is told with its id, and what is refused or dismissed is not told', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const lost = await flow.ask({ ...request, area: { drawn: 'abc' } });
  await lost.ended;
  const told = [
    {
      kind: 'start',
      job: lost.id,
      operation: 'landcover',
      area: 'drawn/abc',
      cause: 'the drawn geometry area/abc is no longer kept',
      jobIds: [lost.id],
    },
  ];
  expect(flow.failed).toEqual(told);
  const refused = await flow.ask({ ...request, area: { table: 'nowhere', id: '1' } });
  await refused.ended;
  const dismissed = await flow.ask();
  await held.begun;
  await flow.dismissals.dismiss(dismissed.id);
  await dismissed.ended;
  await until(async () => (await flow.queues.count.getFailedCount()) > 0);
  expect(flow.failed).toEqual(told);
  await flow.close();
});

it('what the asker caused ends as refused, with the sentence', async () => {
  const flow = await startFlow(server, async () => counted(2));
  const { id, ended } = await flow.ask({ ...request, area: { table: 'nowhere', id: '1' } });
  await ended;
  expect(await flow.status(id)).toMatchObject({
    state: 'failed',
    refused: true,
    problem: 'area: no area table is called "nowhere"; expected one of huc12',
  });
  await flow.close();
});

it('an area without tiles is answered without counting', async () => {
  const flow = await startFlow(server, async () => counted(2), { batches: 0 });
  const { id, ended } = await flow.ask();
  await ended;
  const { state, value } = await flow.answer(id);
  expect({ state, cells: value.cells, groups: value.groups }).toEqual({ state: 'successful', cells: 0, groups: [] });
  await flow.close();
});

it('a stale result is served at once and computed anew once, however many ask; then it is a hit', async () => {
  let cells = 2;
  let computed = 0;
  const flow = await startFlow(
    server,
    async () => {
      computed += 1;
      return counted(cells);
    },
    { batches: 1, lifetimeMilliseconds: 60_000 },
  );
  const first = await flow.ask();
  await first.ended;
  expect((await flow.answer(first.id)).cache).toBe('miss');
  flow.letPass(61_000);
  cells = 3;
  await flow.queues.count.pause();
  const asked = await Promise.all(Array.from({ length: 20 }, () => flow.ask()));
  await Promise.all(asked.map(({ ended }) => ended));
  for (const { id } of asked) {
    expect(await flow.answer(id)).toMatchObject({ state: 'successful', cache: 'stale', value: { cells: 2 } });
  }
  await flow.queues.count.resume();
  await until(
    async () => (await flow.results.read('geop:huc12:1:landcover:f'))?.costMs !== undefined && computed === 2,
  );
  await until(async () => {
    const { ended, id } = await flow.ask();
    await ended;
    const { cache, value } = await flow.answer(id);
    return cache === 'hit' && value.cells === 3;
  });
  expect(computed).toBe(2);
  expect(flow.errors).toEqual([]);
  await flow.close();
});

it('a computation that was begun for nobody goes to the cache alone, and a request that joins it passes in front and is answered', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const { count } = flow.queues;
  await count.pause();
  const key = 'geop:huc12:1:landcover:f';
  const wanted = { request, members: [{ key, fingerprint: 'f' }] };
  const computation = await flow.computations.begin(wanted);
  expect((await count.getJob(computation))?.priority).toBe(2 ** 21 - 1);
  const asked = await flow.ask();
  await until(async () => (await count.getJob(computation))?.priority === 1);
  await count.resume();
  await held.begun;
  held.release();
  await asked.ended;
  expect(await flow.answer(asked.id)).toMatchObject({ state: 'successful', cache: 'miss', value: { cells: 6 } });
  expect(held.batches()).toBe(3);
  await until(async () => (await count.getCompletedCount()) === 0);

  await flow.results.delete(key);
  const alone = await flow.computations.begin(wanted);
  await until(async () => (await flow.results.ticket(key)) !== undefined);
  await until(async () => (await flow.computations.areOver([alone]))[0] === true);
  await flow.close();
});

it('partial counts too large to travel lie in the job cache, and are gone when the computation ends', async () => {
  const groups = Array.from({ length: mostBytesReturned / 20 }, (_, value) => ({ values: [value], cells: 1 }));
  const large = { cells: groups.length, groups };
  let process: CountProcessor | undefined;
  const flow = await startFlow(server, (...job) => process?.(...job) ?? Promise.reject(new Error('not yet')));
  const pool = { count: async () => [large], sweep: async () => undefined };
  process = countProcessor({ pool, scratch: flow.scratch });
  const { id, ended } = await flow.ask();
  await ended;
  const { value } = await flow.answer(id);
  expect(value).toMatchObject({ cells: 3 * large.cells });
  expect(value.groups.slice(0, 2)).toEqual([
    { values: [0], cells: 3 },
    { values: [1], cells: 3 },
  ]);
  expect(value.groups.length).toBe(large.groups.length);
  const [batch] = (await flow.queues.count.getCompleted()).filter(({ name }) => name === 'count');
  expect(batch?.returnvalue).toEqual({ members: [0], parts: { kept: expect.stringMatching(/^counts\//) } });
  const { kept } = (batch?.returnvalue as { parts: { kept: string } }).parts;
  const { computation } = batch?.data as { computation: string };
  expect(await flow.scratch.ofComputation(computation).has(kept)).toBe(false);
  await flow.close();
});

it('a drawn area lies in its request, is shared with its computation, and then stays beside the result', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const drawn = { ...request, area: { drawn: 'abc' } };
  const own = (id: string) => flow.scratch.ofRequest(id);
  const asked = await Promise.all([1, 2].map(() => flow.ask(drawn, Buffer.from('geometry'))));
  await held.begun;
  await until(async () => (await flow.queues.start.getDelayedCount()) === 1);
  const [computing] = (await flow.queues.count.getJobs()).filter(({ name }) => name === 'compute');
  const shared = flow.scratch.ofComputation(computing?.id as string);
  expect(Buffer.from(await shared.get(areaPath('abc'))).toString()).toBe('geometry');
  const [first, second] = asked.map(({ id }) => id) as [string, string];
  await flow.dismissals.dismiss(first);
  expect((await flow.status(first))?.state).toBe('dismissed');
  expect(await own(second).has(areaPath('abc'))).toBe(true);
  expect(await shared.has(areaPath('abc'))).toBe(true);
  held.release();
  await Promise.all(asked.map(({ ended }) => ended));
  expect(await own(first).has(areaPath('abc'))).toBe(false);
  expect(await flow.answer(second)).toMatchObject({ state: 'successful', cache: 'miss' });
  expect(await own(second).has(areaPath('abc'))).toBe(false);
  expect(await shared.has(areaPath('abc'))).toBe(false);
  expect(Buffer.from((await flow.shelf.getDrawn('abc')) ?? []).toString()).toBe('geometry');
  await flow.close();
});

it('the names of drawn areas stay beside the result, and change no key', async () => {
  const flow = await startFlow(server, async () => counted(2));
  const answer = { response: 'raw', outputs: { result: 'value' }, named: true } as const;
  const names = Buffer.from('{"each":1,"areas":[{"id":"f1"}]}');
  for (const cache of ['miss', 'hit']) {
    const { id, ended } = await flow.ask({ ...request, answer }, undefined, names);
    await ended;
    expect(await flow.answer(id)).toMatchObject({ state: 'successful', cache });
    expect(await flow.shelf.getNames(id)).toEqual(names);
    expect(await flow.scratch.ofRequest(id).has(namesPath)).toBe(false);
  }
  await flow.close();
});

it('a request whose drawn area is no longer kept is gone', async () => {
  const flow = await startFlow(server, async () => counted(2));
  const { id, ended } = await flow.ask({ ...request, area: { drawn: 'abc' } });
  await ended;
  expect(await flow.status(id)).toBeUndefined();
  await flow.close();
});

it('a computation whose drawn area is no longer kept begins anew, before and after it was cut into batches', async () => {
  for (const lostIn of ['plan', 'count']) {
    let lost = 0;
    const lose = (where: string) => {
      if (where === lostIn && lost++ === 0) throw new DataLost('the drawn geometry area/abc is no longer kept');
    };
    const count: CountProcessor = async () => {
      lose('count');
      return counted(2);
    };
    const batch = {
      members: [0],
      rasters: ['landcover'],
      tiles: [[0, 0, 2]] as [number, number, number][],
      tallied: null,
    };
    const plan = async () => {
      lose('plan');
      return { planned: { tiles: 2, tallied: 0, cells: 2, batches: [batch], frames: [frame] } };
    };
    const flow = await startFlow(server, count, { plan });
    const { id, ended } = await flow.ask({ ...request, area: { drawn: 'abc' } }, Buffer.from('geometry'));
    await ended;
    expect(await flow.answer(id)).toMatchObject({ state: 'successful', value: { cells: 2 } });
    expect(lost).toBe(2);
    await flow.close();
  }
});

it('a request that failed keeps its drawn area for another try, and one whose area cannot be deleted is answered', async () => {
  const flow = await startFlow(server, async () => Promise.reject(new PermanentFailure('a tile cannot be decoded')));
  const drawn = { ...request, area: { drawn: 'abc' } };
  const failed = await flow.ask(drawn, Buffer.from('geometry'));
  await failed.ended;
  expect(await flow.status(failed.id)).toMatchObject({ state: 'failed', problem: 'a tile cannot be decoded' });
  expect(await flow.scratch.ofRequest(failed.id).has(areaPath('abc'))).toBe(true);
  expect(await flow.shelf.getDrawn('abc')).toBeUndefined();

  const times = { startedAt: Date.now(), costMs: 1 };
  await flow.results.write('geop:huc12:1:landcover:f', Buffer.from('{"cells":6}'), times);
  const away = new Error('the disk is away');
  flow.spoil = (cache) => ({ ...cache, clear: () => Promise.reject(away) });
  const answered = await flow.ask(drawn, Buffer.from('geometry'));
  await answered.ended;
  expect(await flow.answer(answered.id)).toMatchObject({ state: 'successful', value: { cells: 6 } });
  expect(flow.errors).toEqual([away]);
  await flow.close();
});

/** A request for several areas. */
const several = (...ids: string[]): AnyRequest => ({
  operation: 'multi',
  members: ids.map((id) => ({ ...request, area: { table: 'huc12', id } })),
});

/** Counts as many cells as the number of the area, and remembers the areas of each batch. */
function countingByArea() {
  const batches: string[][] = [];
  const count: CountProcessor = async ({ members, requests }) => {
    const ids = requests.map(({ area }) => ('id' in area ? area.id : ''));
    batches.push(ids);
    return { members, parts: ids.map((id) => part(Number(id))) };
  };
  return { count, batches };
}

it('several are counted in one pass, and each is cached for itself: asked for again, together or alone, it is a hit', async () => {
  const { count, batches } = countingByArea();
  const flow = await startFlow(server, count, { batches: 2 });
  const first = await flow.ask(several('1', '2', '3'));
  await first.ended;
  const { cache, value } = await flow.answer(first.id);
  expect(cache).toBe('miss');
  expect(value.results.map(({ cells }: { cells: number }) => cells)).toEqual([2, 4, 6]);
  expect(batches).toEqual([
    ['1', '2', '3'],
    ['1', '2', '3'],
  ]);
  for (const asked of [several('3', '1'), { ...request, area: { table: 'huc12', id: '2' } }]) {
    const again = await flow.ask(asked);
    await again.ended;
    expect((await flow.answer(again.id)).cache).toBe('hit');
  }
  expect(batches.length).toBe(2);
  await flow.close();
});

it('of several only those that are missing are counted, and what was cached is answered though it is evicted meanwhile', async () => {
  const { count, batches } = countingByArea();
  const flow = await startFlow(server, count, { batches: 1 });
  const first = await flow.ask(several('1'));
  await first.ended;
  await flow.queues.count.pause();
  const second = await flow.ask(several('2', '1', '3', '2'));
  await until(async () => (await flow.queues.start.getCompletedCount()) === 2);
  expect(await flow.results.delete('geop:huc12:1:landcover:f')).toBe(true);
  await flow.queues.count.resume();
  await second.ended;
  const { cache, value } = await flow.answer(second.id);
  expect(cache).toBe('miss');
  expect(value.results.map(({ cells }: { cells: number }) => cells)).toEqual([2, 1, 3, 2]);
  expect(batches).toEqual([['1'], ['2', '3']]);
  await flow.close();
});

it('the one of several that is missing joins the computation that is under way for it', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count, { batches: 1 });
  const alone = await flow.ask({ ...request, area: { table: 'huc12', id: '2' } });
  await held.begun;
  const together = await flow.ask(several('2'));
  await until(async () => (await flow.queues.start.getDelayedCount()) === 1);
  held.release();
  await Promise.all([alone.ended, together.ended]);
  expect((await flow.answer(together.id)).value.results).toEqual([(await flow.answer(alone.id)).value]);
  expect(held.batches()).toBe(1);
  await flow.close();
});

it('several of which one cannot be answered are refused; a dismissed one is not counted', async () => {
  const held = heldCount();
  const flow = await startFlow(server, held.count);
  const refused = await flow.ask({
    operation: 'multi',
    members: [request, { ...request, area: { table: 'nowhere', id: '1' } }],
  });
  await refused.ended;
  expect(await flow.status(refused.id)).toMatchObject({ state: 'failed', refused: true, operation: 'multi' });
  const dismissed = await flow.ask(several('1', '2'));
  await held.begun;
  await flow.dismissals.dismiss(dismissed.id);
  await dismissed.ended;
  expect((await flow.answer(dismissed.id)).state).toBe('dismissed');
  await until(async () => held.aborted() === held.batches());
  await flow.close();
});

it('progress is told in tiles of all batches', async () => {
  const { promise: reported, resolve } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let calls = 0;
  const flow = await startFlow(server, async (_input, report) => {
    report(1);
    if (++calls === 3) resolve();
    await released;
    return counted(2);
  });
  const { id, ended } = await flow.ask();
  await reported;
  await until(async () => (await flow.status(id))?.tiles?.done === 3);
  expect(await flow.status(id)).toMatchObject({ state: 'running', tiles: { done: 3, planned: 6 } });
  release();
  await ended;
  await flow.close();
});
