import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { openApiKeys } from '@cellshed/api-keys';
import { until } from '../until.ts';
import { small } from './areas.ts';
import { type Asked, ask, ended, expectRight, standing } from './asking.ts';
import { askAs, runAs } from './asking-as.ts';
import { findQueues, scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

const limits = { CLIENT_WAITING_LIMIT: '5', DROP_IN_WAITING_LIMIT: '2', WAITING_LIMIT: '12' };
const [one, two, three] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const seconds = expect.stringMatching(/^[1-9]\d*$/);
const refused = (status: number, detail: string) => expect.objectContaining({ status, detail, retryAfter: seconds });
const tooManyOfClient = refused(
  429,
  '5 requests of this client wait for their results, as many as may: ask again later',
);
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ gateways: 2, env: { ...limits, TRUST_PROXY: 'loopback' } });
});
afterEach(async () => {
  await stage.reset();
  // Gateways know how many requests wait to a quarter of a second: those that were taken away would
  // count for the next test where everything is quick.
  await setTimeout(500);
});
afterAll(() => stage.close());

let areas = 0;
/** An area that was never asked for. */
const fresh = () => small(areas++);
const statusesOf = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => status).toSorted();

async function listsLeft(): Promise<string[]> {
  return (await scan(stage.redis, '*:waiting:*')).toSorted();
}

it('at most so many requests of one client wait, whichever gateways it asks, however many at once', async () => {
  const asking = Array.from({ length: 20 }, (_, i) => askAs(stage, { client: one, gateway: i % 2 }, 'web', fresh()));
  const answers = await Promise.all(asking);
  expect(statusesOf(answers)).toEqual([...Array<number>(5).fill(201), ...Array<number>(15).fill(429)]);
  expect(await askAs(stage, { client: one }, 'web', fresh())).toEqual(tooManyOfClient);
  expect(await askAs(stage, { client: two }, 'web', fresh())).toMatchObject({ status: 201 });
  const polled = answers.find(({ status }) => status === 201);
  expect(await standing(stage, polled?.id ?? '')).toMatchObject({ status: 'accepted' });
});

it('who was refused may ask again once a request was dismissed or answered, and nothing stays counted', async () => {
  const taken: Asked[] = [];
  const ask = async () => {
    const area = fresh();
    const answer = await askAs(stage, { client: one }, 'web', area);
    if (answer.status === 201) taken.push({ id: answer.id, operation: 'web', area });
    return answer;
  };
  for (let i = 0; i < 5; i++) expect(await ask()).toMatchObject({ status: 201 });
  expect(await ask()).toEqual(tooManyOfClient);
  const [dismissed] = taken.splice(2, 1);
  await fetch(`${stage.gateways[1]?.said}/api/jobs/${dismissed?.id}`, { method: 'DELETE' });
  expect(await ask()).toMatchObject({ status: 201 });
  expect(await ask()).toEqual(tooManyOfClient);
  await stage.worker();
  await expectRight(stage, taken);
  expect((await ended(stage, dismissed?.id ?? '')).status).toBe('dismissed');
  expect(await listsLeft()).toEqual([]);
  expect(await ask()).toMatchObject({ status: 201 });
  await expectRight(stage, taken);
});

it('who was refused is refused again before the body has come', async () => {
  for (let i = 0; i < 5; i++) await askAs(stage, { client: one }, 'web', fresh());
  const { hostname, port } = new URL(stage.gateways[0]?.said ?? '');
  const head = ['POST /api/processes/web/execution HTTP/1.1', `host: ${hostname}`, `x-forwarded-for: ${one}`];
  const sent = [...head, 'content-type: application/json', 'content-length: 90000', '', '{'].join('\r\n');
  /** The answer to a request without the rest of its body. */
  const answerToHead = async (): Promise<string> => {
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.write(sent);
    const last = Date.now() + 2000;
    await until(() => answer.endsWith('}') || Date.now() > last);
    socket.destroy();
    return answer;
  };
  // A refusal is remembered for some seconds: whoever is slower is refused anew.
  await waitUntil(async () => {
    expect(await askAs(stage, { client: one }, 'web', fresh())).toEqual(tooManyOfClient);
    return /^HTTP\/1.1 429 .*\r\nretry-after: 5\r\n.*5 requests of this client wait/s.test(await answerToHead());
  });
});

it('of all clients so many requests wait, and what is more is refused for now', async () => {
  for (const client of [one, two]) {
    for (let i = 0; i < 5; i++) expect(await askAs(stage, { client }, 'web', fresh())).toMatchObject({ status: 201 });
  }
  for (let i = 0; i < 2; i++)
    expect(await askAs(stage, { client: three }, 'web', fresh())).toMatchObject({ status: 201 });
  expect(await askAs(stage, { client: three }, 'web', fresh())).toEqual(
    refused(503, '12 requests wait for their results, as many as may: ask again later'),
  );
  await waitUntil(async () => {
    const { status } = await askAs(stage, { client: three, gateway: 1 }, 'web', fresh());
    return status === 503;
  });
  await stage.worker();
  await waitUntil(async () => (await askAs(stage, { client: three }, 'web', fresh())).status === 201);
  expect(stage.gateways[0]?.output()).toMatch(/12 requests wait for their results.*\(WAITING_LIMIT\)/);
});

it('calls of /run and /multi are counted by themselves', async () => {
  const calls = [runAs(stage, { client: one }), runAs(stage, { client: one, gateway: 1 })];
  await waitUntil(async () => {
    const lists = await listsLeft();
    return lists.length === 1 && (await stage.redis.llen(lists[0] ?? '')) === 2;
  });
  expect(await runAs(stage, { client: one })).toEqual(
    refused(429, '2 requests of this client wait for their results, as many as may: ask again later'),
  );
  expect(await askAs(stage, { client: one }, 'web', fresh())).toMatchObject({ status: 201 });
  await stage.worker();
  expect(statusesOf(await Promise.all(calls))).toEqual([200, 200]);
});

it('requests of a gateway that was killed are counted until they end, and no longer', async () => {
  await using other = await openStage({ env: { ...limits, TRUST_PROXY: 'loopback' } });
  const taken: Asked[] = [];
  for (let i = 0; i < 5; i++) {
    const area = fresh();
    taken.push({ id: (await askAs(other, { client: one }, 'web', area)).id, operation: 'web', area });
  }
  await other.gateways[0]?.stop('SIGKILL');
  await other.worker();
  await using queues = await findQueues(other.redis);
  await waitUntil(async () => (await queues.jobs('finish', 'completed')).length === taken.length);
  expect(await scan(other.redis, '*:waiting:*')).toEqual([]);
});

it('a client may ask so often in a minute, at all gateways together, and poll as often as it likes', async () => {
  const rates = { CLIENT_REQUESTS_PER_MINUTE: '3', DROP_IN_REQUESTS_PER_MINUTE: '1', TRUST_PROXY: 'loopback' };
  await using limited = await openStage({ gateways: 2, env: rates });
  await limited.worker();
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await askAs(limited, { client: one, gateway: i % 2 }, 'web', fresh()));
  expect(statusesOf(answers)).toEqual([201, 201, 201]);
  const tooOften = (times: number) =>
    refused(429, `this client has asked ${times} times within a minute, as often as it may: ask again later`);
  expect(await askAs(limited, { client: one, gateway: 1 }, 'web', fresh())).toEqual(tooOften(3));
  expect(await askAs(limited, { client: two }, 'web', fresh())).toMatchObject({ status: 201 });
  expect((await runAs(limited, { client: one })).status).toBe(200);
  expect(await runAs(limited, { client: one })).toEqual(tooOften(1));
  for (let i = 0; i < 20; i++) await standing(limited, answers[0]?.id ?? '');
  const pings = await Promise.all(
    ['/healthz', '/readyz', '/api/processes', '/ping'].map(async (path) => {
      return (await fetch(`${limited.gateways[0]?.said}${path}`, { headers: { 'x-forwarded-for': one } })).status;
    }),
  );
  expect(pings).toEqual([200, 200, 200, 200]);
});

it('where keys are required, the operator has no limits, and others have theirs', async () => {
  const token = 'the-token-of-the-operator-0123456789';
  const keys = { API_KEYS: 'required', ADMIN_TOKEN: token };
  const one = { WAITING_LIMIT: '1', CLIENT_WAITING_LIMIT: '1', CLIENT_REQUESTS_PER_MINUTE: '3' };
  await using limited = await openStage({ env: { ...keys, ...one } });
  const { key } = await openApiKeys(limited.redis, '{catchment}:api-keys').make({ name: 'other', scope: 'execute' });
  const ask = async (bearer: string) => {
    const response = await fetch(`${limited.gateways[0]?.said}/api/processes/web/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ inputs: { area: fresh().geometry } }),
    });
    return response.status;
  };
  for (let i = 0; i < 4; i++) expect(await ask(token)).toBe(201);
  expect(await ask(key)).toBe(503);
  await limited.redis.flushall();
  const other = await openApiKeys(limited.redis, '{catchment}:api-keys').make({ name: 'other', scope: 'execute' });
  await waitUntil(async () => (await ask(other.key)) === 201);
  expect(await ask(other.key)).toBe(429);
});

it('above the limit of the background, stale results are served and not refreshed', async () => {
  const squares = [fresh(), fresh(), fresh(), fresh()];
  const worker = await stage.worker();
  await expectRight(stage, await Promise.all(squares.map((area) => ask(stage, 'brief', area))));
  await stage.end(worker, 'SIGTERM');
  await stage.worker('start,finish', { BACKGROUND_WAITING_LIMIT: '2' });
  await using queues = await findQueues(stage.redis);
  const refreshing = async () => (await queues.jobs('compute', 'waiting', 'prioritized')).length;
  for (const [i, area] of squares.entries()) {
    // A result is stale when it is a second old.
    await waitUntil(async () => (await ended(stage, (await ask(stage, 'brief', area)).id)).cache === 'stale');
    await waitUntil(async () => (await refreshing()) === Math.min(i + 1, 2));
  }
  expect([await refreshing(), (await queues.jobs('refresh', 'waiting', 'prioritized')).length]).toEqual([2, 0]);
});
