import { known } from './areas.ts';
import { ask, expectRight } from './asking.ts';
import { type Chore, send, token, untilChore } from './chores.ts';
import { findQueues, scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

let stage: Stage;

beforeAll(async () => {
  // After the first results, the budget of the hour is spent.
  stage = await openStage({ env: { ADMIN_TOKEN: token, RENEW_CELLS_PER_HOUR: '1' } });
});
afterAll(() => stage.close());

const chores = async () => (await send<{ chores: Chore[] }>(stage, 'GET', 'chores')).body.chores;

it('a replaced raster is computed anew by itself, for what was asked for most lately first, and within the budget', async () => {
  await stage.worker('start,finish,count,chore');
  const asked = 12;
  const few = 2;
  const all = Array.from({ length: asked }, (_, i) => i);
  await expectRight(stage, await Promise.all(all.map((i) => ask(stage, 'web', known(i)))));
  await expectRight(stage, await Promise.all(all.slice(few).map((i) => ask(stage, 'web', known(i)))));
  const weights = () => stage.redis.zrange('{catchment}:asked', 0, '-1', 'WITHSCORES');
  await waitUntil(async () => {
    const scores = (await weights()).flatMap((one, i) => (i % 2 === 1 ? [Number(one)] : []));
    // Those that were asked for twice weigh one more, as logarithms do.
    return scores.length === asked && (scores[few] as number) - (scores[0] as number) > 0.9;
  });
  await waitUntil(async () => (await stage.redis.hkeys('{catchment}:versions')).length > 0);
  stage.web.replace(9);
  await waitUntil(async () => (await chores()).length > 0);
  const [{ id, by }] = (await chores()) as [Chore];
  expect(by).toBe('replaced raster web');
  const resting = await untilChore(stage, id, 'resting');
  expect(resting).toMatchObject({ kind: 'renew', progress: { done: 10, planned: asked }, counts: { computed: 10 } });
  expect(resting.problem).toMatch(/cells were counted anew within an hour, at most 1 are \(RENEW_CELLS_PER_HOUR\)$/);
  const renewed = async () => {
    const keys = await scan(stage.cache, 'geop:squares:*:web:*');
    const ids = keys.map((key) => key.split(':')[2] as string);
    return all.filter((i) => ids.filter((one) => one === `s${i}`).length === 2);
  };
  expect(await renewed()).toEqual(all.slice(few));
  // The hour is over.
  await stage.redis.del('{catchment}:spent:renewals');
  expect(await send(stage, 'POST', `chores/${id}/resume`)).toMatchObject({ status: 200 });
  expect(await untilChore(stage, id, 'done')).toMatchObject({ progress: { done: asked, planned: asked } });
  expect(await renewed()).toEqual(all);
});

it('a schedule asks for its chore at its time, and is listed, changed and deleted', async () => {
  await using queues = await findQueues(stage.redis);
  const chore = { kind: 'warm', table: 'squares', ids: ['s1'], operations: ['local'] };
  const put = (cron: string) =>
    send<object>(stage, 'PUT', 'schedules/nightly', { body: { cron, timeZone: 'Europe/Zurich', chore } });
  const set = { name: 'nightly', timeZone: 'Europe/Zurich', chore, next: expect.stringMatching(/Z$/) };
  expect(await put('0 2 * * *')).toEqual({ status: 201, body: { ...set, cron: '0 2 * * *' } });
  expect(await put('* * * * * *')).toEqual({ status: 200, body: { ...set, cron: '* * * * * *' } });
  const scheduled = async () => (await chores()).filter(({ by }) => by === 'schedule nightly');
  await waitUntil(async () => (await scheduled()).length > 1);
  const [, first] = (await scheduled()).reverse() as [Chore, Chore];
  expect(await untilChore(stage, first.id, 'done')).toMatchObject({ kind: 'warm', progress: { done: 1 } });
  const { body } = await send<{ schedules: object[] }>(stage, 'GET', 'schedules');
  expect(body.schedules).toEqual([{ ...set, cron: '* * * * * *' }]);
  expect((await send(stage, 'DELETE', 'schedules/nightly')).status).toBe(204);
  expect((await send(stage, 'GET', 'schedules/nightly')).status).toBe(404);
  expect(await queues.jobs('scheduled', 'delayed')).toEqual([]);
});
