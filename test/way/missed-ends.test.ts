import { gatewayReady, type Running, startCatchment } from '../processes.ts';
import { known } from './areas.ts';
import { askWaiting, right } from './asking.ts';
import { scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

/** The seconds for which a client waits: it gets the result long before. */
const waits = 3600;
let stage: Stage;
let other: Running;

beforeAll(async () => {
  stage = await openStage();
  other = await startCatchment(['gateway'], stage.env, gatewayReady);
  await stage.worker();
});
afterAll(async () => {
  await other.stop('SIGKILL');
  await stage.close();
});

const [gateway] = [() => stage.gateways[0] as Running];

/** The numbers of successful requests, from a gateway that did not stand still. */
async function successful(): Promise<number> {
  const response = await fetch(`${other.said}/api/jobs?limit=100&status=successful`);
  return ((await response.json()) as { jobs: unknown[] }).jobs.length;
}

/** The request ends while `during` does something to its gateway. */
async function endDuring(area: number, during: (end: () => Promise<void>) => Promise<void>) {
  stage.web.hold();
  const before = await successful();
  const answered = askWaiting(stage, 'web', known(area), waits);
  await stage.web.untilHeld();
  await during(async () => {
    stage.web.release();
    await waitUntil(async () => (await successful()) > before);
  });
  const answer = await answered;
  const { cells, groups } = (await answer.json()) as { cells: unknown; groups: unknown };
  expect({ status: answer.status, cells, groups }).toEqual({
    status: 200,
    ...right({ area: known(area), operation: 'web' }),
  });
}

it('a client gets its result although its gateway stood still while more events passed than are kept', () =>
  endDuring(1, async (end) => {
    process.kill(gateway().pid, 'SIGSTOP');
    await end();
    for (const stream of await scan(stage.redis, '*:events')) {
      for (let i = 0; i < 11; i++) {
        const adding = stage.redis.pipeline();
        for (let n = 0; n < 1000; n++)
          adding.xadd(stream, 'MAXLEN', '~', 10_000, '*', 'event', 'waiting', 'jobId', `${i}-${n}`);
        await adding.exec();
      }
      await stage.redis.xtrim(stream, 'MAXLEN', 10_000);
    }
    process.kill(gateway().pid, 'SIGCONT');
  }));

it('a client gets its result although the connections of its gateway were cut at the end', () =>
  endDuring(2, async (end) => {
    process.kill(gateway().pid, 'SIGSTOP');
    await end();
    for (const stream of await scan(stage.redis, '*:events')) await stage.redis.xtrim(stream, 'MAXLEN', 0);
    await stage.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await stage.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    process.kill(gateway().pid, 'SIGCONT');
  }));
