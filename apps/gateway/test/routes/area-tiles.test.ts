import { setImmediate as nextTurn } from 'node:timers/promises';
import Fastify from 'fastify';
import { validation } from '../../src/http/validators.ts';
import { answerProblems, describeProblems } from '../../src/problems/problem.ts';
import { areaTilesRoutes } from '../../src/routes/area-tiles.ts';

it('tiles are made one after the other, beyond two hundred that wait they are refused', async () => {
  const app = Fastify(validation);
  answerProblems(app);
  describeProblems(app);
  const made: (() => void)[] = [];
  const tile = () =>
    new Promise<{ tile: Uint8Array; version: string }>((resolve) => {
      made.push(() => resolve({ tile: new Uint8Array([1]), version: 'v' }));
    });
  const catalog = { areas: new Map([['huc', {} as never]]) };
  await app.register(areaTilesRoutes, { catalog, reader: { tile }, needsKeys: false });
  await app.ready();
  const get = async (path: string) => app.inject(`/api/collections/${path}`);
  const asked = Array.from({ length: 201 }, (_, x) => get(`huc/tiles/10/${x}/0`));
  const refused = await get('huc/tiles/10/500/0');
  expect([refused.statusCode, refused.json().detail]).toEqual([503, expect.stringContaining('200 tiles wait')]);
  expect(made.length).toBe(1);
  for (let done = 0; done < asked.length; done++) {
    while (made.length <= done) await nextTurn();
    made[done]?.();
    expect((await asked[done])?.statusCode).toBe(200);
  }
  expect((await get('none/tiles/0/0/0')).statusCode).toBe(404);
  expect((await get('huc/tiles/1/2/0')).statusCode).toBe(404);
  expect((await get('huc/tiles/-1/0/0')).statusCode).toBe(400);
  await app.close();
});
