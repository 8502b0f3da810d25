import { big, bigAreas, small } from './areas.ts';
import { type Asked, ended, expectRight } from './asking.ts';
import { askAs } from './asking-as.ts';
import { findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

const [many, few] = ['192.0.2.1', '192.0.2.2'];
const requests = 80;
/** The requests that may be under way when another one comes, and so end before it. */
const underWay = 12;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    gateways: 2,
    env: { JOB_CONCURRENCY: '2', TILES_PER_JOB: '1', TRUST_PROXY: 'loopback' },
  });
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

async function ask(client: string, operation: 'web' | 'local', area: Asked['area'], gateway = 0): Promise<Asked> {
  const { id, status, detail } = await askAs(stage, { client, gateway }, operation, area);
  if (status !== 201) throw new Error(`${status}: ${detail}`);
  return { id, operation, area };
}

async function endOf({ id }: Asked): Promise<number> {
  return Date.parse((await ended(stage, id)).finished as string);
}

/** How many of the requests had ended when another one did. */
async function endedBefore(one: Asked, others: readonly Asked[]): Promise<number> {
  const end = await endOf(one);
  const ends = await Promise.all(others.map(endOf));
  return ends.filter((other) => other < end).length;
}

/** The most later requests, by more than those under way, that ended before one of them. */
async function mostOvertaking(asked: readonly Asked[]): Promise<number> {
  const ends = await Promise.all(asked.map(endOf));
  return Math.max(...ends.map((end, i) => ends.filter((other, j) => j > i + underWay && other < end).length));
}

it('misses and hits of a client do not wait for the many that another client has asked for before', async () => {
  const worker = await stage.worker();
  const hit = small(1000);
  await expectRight(stage, [await ask(few, 'local', hit)]);
  await stage.end(worker, 'SIGTERM');
  const waiting: Asked[] = [];
  for (let i = 0; i < requests; i++) waiting.push(await ask(many, 'local', small(i), i % 2));
  // They wait in another queue when the others come.
  const starting = await stage.worker('start');
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => (await queues.jobs('compute', 'prioritized')).length === requests);
  await stage.end(starting, 'SIGTERM');
  const others = [
    await ask(few, 'local', small(1001), 1),
    await ask(few, 'local', hit),
    await ask(few, 'local', small(1002)),
  ];
  await stage.worker();
  await expectRight(stage, [...waiting, ...others]);
  for (const other of others) expect(await endedBefore(other, waiting)).toBeLessThan(underWay);
  expect(await mostOvertaking(waiting)).toBe(0);
});

it('two clients that have asked for as many have their turns one after the other', async () => {
  const waiting: Asked[] = [];
  for (let i = 0; i < requests; i++) waiting.push(await ask(many, 'local', small(i)));
  const others: Asked[] = [];
  for (let i = 0; i < requests; i++) others.push(await ask(few, 'local', small(1000 + i)));
  await stage.worker();
  await expectRight(stage, [...waiting, ...others]);
  // When half of the later client's are answered, so is about half of the earlier client's.
  const answered = await endedBefore(others[requests / 2] as Asked, waiting);
  expect(answered).toBeGreaterThan(requests / 2 - underWay);
  expect(answered).toBeLessThan(requests / 2 + underWay);
});

it('a small request does not wait for the many large ones of another client', async () => {
  await stage.worker();
  stage.web.hold();
  const large: Asked[] = [];
  for (let i = 0; i < bigAreas; i++) large.push(await ask(many, 'web', big(i)));
  await stage.web.untilHeld();
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => (await queues.jobs('compute', 'waiting-children')).length > 0);
  const other = await ask(few, 'local', small(0));
  await waitUntil(async () => (await queues.jobs('start', 'prioritized', 'active')).length === 0);
  stage.web.release();
  await expectRight(stage, [other, ...large]);
  // Those that had their turn already.
  expect(await endedBefore(other, large)).toBeLessThan(bigAreas / 3);
});

it('a client that joins a computation for which another one waits brings it to its own turn', async () => {
  const waiting: Asked[] = [];
  for (let i = 0; i < requests; i++) waiting.push(await ask(many, 'local', small(i)));
  const starting = await stage.worker('start');
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => (await queues.jobs('compute', 'prioritized')).length === requests);
  const joined = await ask(few, 'local', small(requests - 1));
  await waitUntil(async () => (await queues.jobs('start', 'delayed')).length === 1);
  await stage.end(starting, 'SIGTERM');
  await stage.worker('start,finish,count');
  await expectRight(stage, [...waiting, joined]);
  expect(await endedBefore(joined, waiting)).toBeLessThan(underWay);
});
