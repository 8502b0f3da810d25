import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCatchment } from '../processes.ts';
import { big, bigAreas, known, small } from './areas.ts';
import { ask, ended, expectRight } from './asking.ts';
import { askFor, type Chore, choreNow, send, token, untilChore } from './chores.ts';
import { findQueues, scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

const squares = 120;
/**
 * Tiles of each area of `big`. One area alone is counted by several jobs, all together by a sweep.
 */
const tilesOfBig = 16;
/** The settings of workers that are taken for dead soon. */
const shortLock = { JOB_LOCK_SECONDS: '3' };
let stage: Stage;
const archives = () => join(stage.folder, 'archives');

beforeAll(async () => {
  const env = { ADMIN_TOKEN: token, TILES_PER_JOB: '1', RENEW_CELLS_PER_HOUR: '0', TALLY_URL: 'file:./tallies' };
  stage = await openStage({ env: { ...env, ARCHIVE_DIR: '/nowhere' } });
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

const underWay = async () => {
  await using queues = await findQueues(stage.redis);
  const open = ['waiting', 'prioritized', 'delayed', 'waiting-children'] as const;
  return (await queues.jobs('compute', ...open)).length + (await queues.jobs('count', ...open)).length;
};

it('each kind of chore does what its command does, with progress and a summary', async () => {
  const worker = await stage.worker('start,finish,count,chore', { LOG_LEVEL: 'debug' });
  const warm = { table: 'squares', operations: ['local'] };
  const first = await untilChore(stage, await askFor(stage, 'warm', warm), 'done');
  expect(first).toMatchObject({ kind: 'warm', by: 'operator', failed: 0, counts: { computed: squares } });
  expect(first.progress).toEqual({ done: squares, planned: squares, unit: 'results' });
  const asked = await ask(stage, 'local', known(3));
  await expectRight(stage, [asked]);
  expect(await ended(stage, asked.id)).toMatchObject({ cache: 'hit' });
  const again = await untilChore(stage, await askFor(stage, 'warm', { ...warm, ids: ['s1*', '!s11*'] }), 'done');
  expect(again.counts).toEqual({ there: 20 + 1 + 10 - 10 - 1 });

  const summary = await untilChore(stage, await askFor(stage, 'invalidate', { table: ['squares'] }), 'done');
  expect(summary.counts).toMatchObject({ matched: squares, removed: squares });
  const dry = await untilChore(stage, await askFor(stage, 'warm', { ...warm, dryRun: true }), 'done');
  expect(dry.counts).toEqual({ missing: squares });

  const tally = await untilChore(stage, await askFor(stage, 'tally/build', { operations: ['local'] }), 'done');
  expect(tally).toMatchObject({ failed: 0, progress: { unit: 'chunks' }, counts: { counted: 576 } });
  expect(tally.progress?.done).toBe(tally.progress?.planned);
  // Whatever was done for a chore has the id of its request in the log.
  const lines = worker.output().matchAll(/^.*"requestId":"([^"]+)","kind":"(compute|tally)".*"outcome":"done"/gm);
  const ids = Map.groupBy([...lines], ([, , kind]) => kind as string);
  const idsOf = (kind: string) => [...new Set(ids.get(kind)?.map(([, id]) => id))];
  expect(idsOf('compute')).toContain(first.requestId);
  expect(idsOf('tally')).toEqual([tally.requestId]);
});

it('an archive is loaded by its name in the folder of archives, and nothing else', async () => {
  mkdirSync(archives());
  const env = { ...stage.env, ARCHIVE_DIR: archives() };
  const { startCatchment, gatewayReady } = await import('../processes.ts');
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const loading = { ...stage, gateways: [gateway] };
  try {
    await stage.worker('chore', { ARCHIVE_DIR: archives() });
    const file = join(archives(), 'squares.jsonl.gz');
    const made = await runCatchment(['precompute', 'squares', '--operation', 'local', '--out', file, '--json'], env);
    expect(JSON.parse(made.out)).toMatchObject({ results: squares });
    symlinkSync('/etc/passwd', join(archives(), 'passwd'));
    writeFileSync(join(archives(), 'broken.jsonl'), '{"key":1}\n\nno\n');
    for (const [name, sentence] of [
      ['../catalog.yaml', /^file: is "\.\.\/catalog.yaml", expected the name of a file: letters, digits/],
      ['/etc/passwd', /^file: is "\/etc\/passwd", expected the name of a file: letters/],
      ['passwd', /^file: is "passwd", expected the name of a file in the folder of archives$/],
      ['none.jsonl', /^file: is "none.jsonl", expected the name of a file in the folder of archives$/],
    ] as const) {
      const { status, body } = await send(loading, 'POST', 'load', { body: { file: name } });
      expect([name, status, body.detail]).toEqual([name, 400, expect.stringMatching(sentence)]);
    }
    const loaded = await untilChore(loading, await askFor(loading, 'load', { file: 'squares.jsonl.gz' }), 'done');
    expect(loaded).toMatchObject({ failed: 0, counts: { loaded: squares } });
    expect(loaded.progress?.done).toBe(loaded.progress?.planned);
    const broken = await askFor(loading, 'load', { file: 'broken.jsonl' });
    expect(await untilChore(loading, broken, 'done')).toMatchObject({ failed: 2, counts: { broken: 2 } });
    const { body } = await send<{ failures: object[] }>(loading, 'GET', `chores/${broken}/failures`);
    expect(body).toMatchObject({
      failed: 2,
      failures: [
        { name: 'line 1', reason: expect.any(String) },
        { name: 'line 3', reason: expect.stringMatching(/^is not JSON/) },
      ],
    });
  } finally {
    await gateway.stop();
  }
});

const refusals: [method: string, path: string, body: object | undefined, status: number, sentence: RegExp][] = [
  ['POST', 'warm', {}, 400, /^table: is missing$/],
  [
    'POST',
    'warm',
    { table: 'counties' },
    400,
    /^table: no area table is called "counties"; expected one of squares, big$/,
  ],
  [
    'POST',
    'warm',
    { table: 'big', operations: ['soil'] },
    400,
    /^operations: no operation is called "soil"; expected one/,
  ],
  ['POST', 'warm', { table: 'big', ids: ['(a+)+'] }, 400, /^ids: has "\(a\+\)\+", expected a pattern such as 9901\*/],
  ['POST', 'warm', { table: 'big', ids: ['*a*a*a*'] }, 400, /^ids: has .*at most 200 letters and 3 asterisks/],
  ['POST', 'warm', { table: 'big', inFlight: 0 }, 400, /^inFlight: is 0, expected at least 1$/],
  ['POST', 'warm', { table: 'big', path: '/etc' }, 400, /^path: is not known here$/],
  ['POST', 'invalidate', {}, 400, /^nothing is named; expected raster, table, area/],
  [
    'POST',
    'invalidate',
    { raster: ['soil'] },
    400,
    /^raster: the catalog has no raster called "soil"; expected one of/,
  ],
  ['POST', 'tally/build', { operations: ['soil'] }, 400, /^operations: no operation is called "soil"/],
  ['GET', 'chores/none', undefined, 404, /^there is no chore "none"$/],
  ['DELETE', 'chores/none', undefined, 404, /^there is no chore "none"$/],
  [
    'PUT',
    'schedules/n',
    { cron: 'daily', chore: { kind: 'invalidate', all: true } },
    400,
    /^cron: is "daily", expected five/,
  ],
  [
    'PUT',
    'schedules/n',
    { cron: '99 * * * *', chore: { kind: 'invalidate', all: true } },
    400,
    /^cron: is "99 \* \* \* \*"/,
  ],
  [
    ...([
      'PUT',
      'schedules/n',
      { cron: '0 2 * * *', timeZone: 'Moon', chore: { kind: 'invalidate', all: true } },
    ] as const),
    ...([400, /^timeZone: is "Moon", expected the name of a time zone, such as Europe\/Zurich$/] as const),
  ],
  [
    'PUT',
    'schedules/n',
    { cron: '0 2 * * *', chore: { kind: 'warm', table: 'x' } },
    400,
    /^chore.table: no area table/,
  ],
  [
    'PUT',
    'schedules/n',
    { cron: '0 2 * * *', chore: { kind: 'renew' } },
    400,
    /^chore.kind: is "renew", expected one of/,
  ],
  [
    'PUT',
    'schedules/N',
    { cron: '0 2 * * *', chore: { kind: 'invalidate', all: true } },
    400,
    /^name: is "N", expected up to/,
  ],
  ['DELETE', 'schedules/none', undefined, 404, /^there is no schedule called "none"$/],
];

it('what cannot be meant is refused with one sentence, and so is everybody without the key of the operator', async () => {
  for (const [method, path, body, status, sentence] of refusals) {
    const answer = await send(stage, method, path, { body });
    expect([path, body, answer.status, answer.body.detail]).toEqual([
      path,
      body,
      status,
      expect.stringMatching(sentence),
    ]);
  }
  for (const path of ['warm', 'invalidate', 'tally/build', 'load']) {
    const answer = await send(stage, 'POST', path, { body: { all: true }, headers: { authorization: 'Bearer wrong' } });
    expect([path, answer.status]).toEqual([path, 401]);
  }
  for (const path of ['chores', 'chores/x', 'schedules']) {
    const answer = await send(stage, 'GET', path, { headers: { authorization: '' } });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

it('the same question is one chore while it is under way, and for good under the key of a client', async () => {
  const body = { table: 'squares', operations: ['local'] };
  const headers = { 'idempotency-key': 'mine' };
  const first = await send(stage, 'POST', 'warm', { body, headers });
  expect(first).toMatchObject({ status: 202, body: { state: 'waiting', waitsFor: 'no worker takes chore jobs' } });
  const { id } = first.body;
  expect(await send(stage, 'POST', 'warm', { body })).toMatchObject({ status: 200, body: { id } });
  // It is ended without a worker, as none has it.
  expect(await send(stage, 'DELETE', `chores/${id}`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect(await send(stage, 'POST', 'warm', { body, headers })).toMatchObject({ status: 200, body: { id } });
  const other = await send(stage, 'POST', 'warm', { body: { table: 'big' }, headers });
  expect([other.status, other.body.detail]).toEqual([
    409,
    `Idempotency-Key: something else was asked for with it (${id}), expected another key`,
  ]);
  const wrong = await send(stage, 'POST', 'warm', { body, headers: { 'idempotency-key': 'a b' } });
  expect([wrong.status, wrong.body.detail]).toEqual([
    400,
    expect.stringMatching(/^Idempotency-Key: is "a b", expected/),
  ]);
  const next = await send(stage, 'POST', 'warm', { body });
  expect([next.status, next.body.id === id]).toEqual([202, false]);
  for (const [verb, sentence] of [
    ['pause', `chore ${id} is cancelled, expected one that is under way`],
    ['resume', `chore ${id} is cancelled, expected one that is paused or has failed`],
  ]) {
    expect(await send(stage, 'POST', `chores/${id}/${verb}`)).toMatchObject({
      status: 409,
      body: { detail: sentence },
    });
  }
  const { body: list } = await send<{ chores: Chore[] }>(stage, 'GET', 'chores');
  expect(list.chores.map((one) => [one.id, one.state])).toEqual([
    [next.body.id, 'waiting'],
    [id, 'cancelled'],
  ]);
});

it('a person who asks in the middle of large areas is served first, and a chore whose worker is killed goes on, with each tile read once', async () => {
  await stage.worker('start,finish,count');
  const killed = await stage.worker('chore', shortLock);
  stage.web.hold();
  const before = stage.web.asked();
  const large = Array.from({ length: bigAreas }, (_, i) => `b${i}`);
  const ids: string[] = [];
  for (const area of large) ids.push(await askFor(stage, 'warm', { table: 'big', operations: ['web'], ids: [area] }));
  await stage.web.untilHeld();
  await using queues = await findQueues(stage.redis);
  // Each is cut into batches, which stand in the background.
  const cut = () => queues.jobs('compute', 'waiting-children');
  await waitUntil(async () => (await cut()).length > 0 && (await queues.jobs('count', 'prioritized')).length > 0);
  await stage.end(killed);
  const person = await ask(stage, 'web', small(1));
  await waitUntil(async () => (await queues.jobs('start', 'waiting', 'prioritized', 'active')).length === 0);
  await stage.worker('chore', shortLock);
  stage.web.release();
  await expectRight(stage, [person]);
  const served = Date.parse((await ended(stage, person.id)).finished as string);
  // All tiles are served at once by then, so the background goes on while the answer is finished.
  expect(stage.web.asked(served) - before).toBeLessThan((large.length / 2) * tilesOfBig);
  for (const id of ids) {
    const done = await untilChore(stage, id, 'done');
    expect(done).toMatchObject({ failed: 0, progress: { done: 1, planned: 1 } });
  }
  // Batches that are counted at once share the tiles that they read.
  expect(stage.web.asked() - before).toBeLessThanOrEqual(1 + large.length * tilesOfBig);
});

it('a cancelled chore stops within seconds, leaves nothing in the queue, and takes nothing from a person', async () => {
  await stage.worker('start,finish,count,chore');
  stage.web.hold();
  const id = await askFor(stage, 'warm', { table: 'big', operations: ['web'], ids: ['b1'] });
  await stage.web.untilHeld();
  await using queues = await findQueues(stage.redis);
  const waiting = async () => queues.jobs('count', 'prioritized');
  await waitUntil(async () => (await waiting()).length > 0);
  expect(await send(stage, 'DELETE', `chores/${id}`)).toMatchObject({ status: 200 });
  const cancelled = await untilChore(stage, id, 'cancelled');
  expect(cancelled.counts.computed ?? 0).toBe(0);
  expect(await waiting()).toEqual([]);
  expect(await scan(stage.redis, '*:computation:*')).toEqual([]);
  stage.web.release();
  await waitUntil(async () => (await underWay()) === 0);
  expect(await scan(stage.cache, 'geop:*')).toEqual([]);
  stage.web.hold();

  // Somebody waits for the same area.
  const other = await askFor(stage, 'warm', { table: 'big', operations: ['web'], ids: ['b0'] });
  await waitUntil(async () => (await waiting()).length > 0);
  const person = await ask(stage, 'web', big(0));
  await waitUntil(async () => (await queues.jobs('start', 'delayed')).length > 0);
  await send(stage, 'DELETE', `chores/${other}`);
  await untilChore(stage, other, 'cancelled');
  stage.web.release();
  await expectRight(stage, [person]);
});

it('a paused chore stays paused over a restart, and goes on when it is resumed', async () => {
  const worker = await stage.worker('start,finish,count,chore');
  stage.web.hold();
  const before = stage.web.asked();
  const id = await askFor(stage, 'warm', { table: 'big', operations: ['web'] });
  await stage.web.untilHeld();
  // Many clients name the type of a body that they do not send.
  const headers = { 'content-type': 'application/json' };
  expect(await send(stage, 'POST', `chores/${id}/pause`, { headers })).toMatchObject({ status: 200 });
  await untilChore(stage, id, 'paused');
  stage.web.release();
  // Counting that was under way is finished, and nothing else is begun.
  await waitUntil(async () => (await underWay()) === 0);
  await stage.end(worker, 'SIGTERM');
  expect(worker.output().match(/.*"level":[45]0.*/g)).toBeNull();
  await stage.worker('start,finish,count,chore');
  await waitUntil(async () => (await scan(stage.redis, '*:taken:chore')).length > 0);
  expect(await choreNow(stage, id)).toMatchObject({ state: 'paused' });
  expect(await send(stage, 'POST', `chores/${id}/resume`)).toMatchObject({ status: 200 });
  const done = await untilChore(stage, id, 'done');
  expect((done.counts.computed ?? 0) + (done.counts.there ?? 0)).toBe(bigAreas);
  // One sweep has counted all of them.
  expect(stage.web.asked() - before).toBe(tilesOfBig);
});

it('a chore of a worker with a cache of its own fails with a sentence', async () => {
  await stage.worker('chore', { CACHE_URL: 'memory:' });
  const id = await askFor(stage, 'warm', { table: 'squares' });
  const problem = 'CACHE_URL is memory:, a cache inside each worker; expected one that all of them share';
  expect(await untilChore(stage, id, 'failed')).toMatchObject({ problem });
});

it('two chores on the same areas compute each of them once', async () => {
  await stage.worker('start,finish,count,chore');
  stage.web.hold();
  const all = await askFor(stage, 'warm', { table: 'squares', operations: ['web'] });
  await stage.web.untilHeld();
  const some = await askFor(stage, 'warm', { table: 'squares', operations: ['web'], ids: ['s1*'] });
  const waitedFor = async (id: string) => (await scan(stage.redis, `*:chore-record:${id}:begun`)).length > 0;
  await waitUntil(() => waitedFor(some));
  await using queues = await findQueues(stage.redis);
  const computing = await queues.jobs('compute', 'prioritized', 'waiting-children', 'active', 'delayed');
  expect(computing).toHaveLength(1);
  stage.web.release();
  expect((await untilChore(stage, all, 'done')).counts.computed).toBe(squares);
  expect((await untilChore(stage, some, 'done')).counts.computed).toBe(31);
});

it('areas that fail are listed with their causes and can be tried again, also after the Redis of the queues stood still', async () => {
  await stage.worker('start,finish,count,chore', shortLock);
  stage.web.fail('tiles');
  const body = { table: 'big', operations: ['web'], ids: ['b[0-2]'] };
  const id = await askFor(stage, 'warm', body);
  expect(await untilChore(stage, id, 'done')).toMatchObject({ failed: 3, progress: { done: 3, planned: 3 } });
  const { body: told } = await send<{ failures: object[] }>(stage, 'GET', `chores/${id}/failures?limit=2&offset=1`);
  expect(told).toEqual({
    failures: ['b1', 'b2'].map((area) => ({ name: `web big/${area}`, reason: expect.stringMatching(/403/) })),
    failed: 3,
    kept: 3,
  });
  stage.web.mend();
  stage.web.hold();
  const again = await askFor(stage, 'warm', { ...body, failed: true });
  await stage.web.untilHeld();
  // Longer than a lock holds.
  await stage.redis.call('CLIENT', 'PAUSE', '4000', 'ALL');
  stage.web.release();
  const done = await untilChore(stage, again, 'done');
  expect([done.failed, (done.counts.computed ?? 0) + (done.counts.there ?? 0)]).toEqual([0, 3]);
});
