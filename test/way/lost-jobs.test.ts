import { known, small } from './areas.ts';
import { ask, expectRight, expectRightOrGone } from './asking.ts';
import { findQueues, scan } from './queues.ts';
import { openStage } from './stage.ts';
import { requestsUnderWay } from './under-way.ts';

/** The time after which no request whose jobs were lost is open any more. */
const openSeconds = 120;

const env = { JOB_CONCURRENCY: '8', JOB_LOCK_SECONDS: '3' };

/** The number of halves of the keys that are tried. */
const draws = Number(process.env['LOST_DRAWS'] ?? 2);

it.concurrent.each(Array.from({ length: draws }, (_, i) => i + 1))(
  'a queue that lost half of its keys (draw %i) leaves requests right or gone, and takes new ones',
  async (draw) => {
    await using stage = await openStage({ env });
    const asked = await requestsUnderWay(stage);
    const keys = (await scan(stage.redis, '*')).toSorted();
    const random = drawn(draw);
    await stage.redis.del(...keys.filter(() => random() < 0.5));
    await stage.endWorkers();
    stage.web.release();
    await stage.worker();
    await expectRightOrGone(stage, asked, openSeconds);
    await expectRight(stage, [await ask(stage, 'local', known(23))], openSeconds);
  },
);

it.concurrent.each(['start', 'finish', 'compute', 'count'])(
  'a request whose %s jobs were lost is right or gone',
  async (name) => {
    await using stage = await openStage({ env });
    const asked = await requestsUnderWay(stage);
    await using queues = await findQueues(stage.redis);
    const jobs = await queues.jobs(
      name,
      'waiting',
      'prioritized',
      'active',
      'delayed',
      'waiting-children',
      'completed',
    );
    const lost = (await Promise.all(jobs.map((job) => scan(stage.redis, `*:${job.queueName}:${job.id}*`)))).flat();
    if (lost.length > 0) await stage.redis.del(...lost);
    await stage.endWorkers();
    stage.web.release();
    await stage.worker();
    await expectRightOrGone(stage, asked, openSeconds);
    await expectRight(stage, [await ask(stage, 'local', known(23))], openSeconds);
  },
);

it.concurrent.each(['request', 'computation'])(
  'requests are right or gone when what was drawn for each %s was lost, and none fails',
  async (owner) => {
    await using stage = await openStage({ env });
    const asked = await requestsUnderWay(stage);
    const lost = await scan(stage.redis, `*scratch*${owner}*`);
    expect(lost).not.toEqual([]);
    await stage.redis.del(...lost);
    await stage.endWorkers();
    stage.web.release();
    await stage.worker();
    await expectRightOrGone(stage, asked, openSeconds);
    await expectRight(stage, [await ask(stage, 'local', small(23))], openSeconds);
  },
);

/** Numbers from 0 to 1, the same in each run. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
