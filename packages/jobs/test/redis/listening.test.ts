import { connectPatiently } from '@cellshed/jobs';
import { startRedisCluster } from '@cellshed/local-services';
import { until } from '../../../../test/until.ts';
import { hearing } from '../../src/redis/listening.ts';

it('a client of a cluster that hears nothing connects anew, and only then', async () => {
  const state = { sent: 0, anew: 0, isHeard: true, status: 'ready' as const };
  let hear = (_channel: string) => {};
  const ask = hearing(
    {
      on: (_event: 'message', told: (channel: string) => void) => {
        hear = told;
      },
      get status() {
        return state.status;
      },
      subscribe: async () => 1,
      publish: async (channel) => {
        state.sent += 1;
        hear('another');
        if (state.isHeard) hear(String(channel));
        return 1;
      },
      disconnect: () => {
        state.anew += 1;
      },
    },
    'own',
  );
  const askOften = async (times: number) => {
    for (let i = 0; i < times; i++) {
      ask();
      await new Promise(setImmediate);
    }
  };
  await askOften(10);
  expect(state).toMatchObject({ sent: 10, anew: 0 });
  state.isHeard = false;
  await askOften(3);
  expect(state).toMatchObject({ sent: 13, anew: 0 });
  await askOften(1);
  expect(state).toMatchObject({ sent: 13, anew: 1 });
  state.isHeard = true;
  await askOften(10);
  expect(state).toMatchObject({ sent: 23, anew: 1 });
});

it('a client of a cluster that connects anew hears the channels that it heard before', async () => {
  const cluster = await startRedisCluster();
  const redis = connectPatiently(cluster.url, () => undefined);
  const sender = connectPatiently(cluster.url, () => undefined);
  let heard = 0;
  redis.on('message', (channel: string) => {
    if (channel === 'news') heard += 1;
  });
  await redis.subscribe('news');
  const hearAgain = async () => {
    heard = 0;
    await until(async () => {
      await sender.publish('news', '');
      return heard > 0;
    });
  };
  await hearAgain();
  redis.disconnect(true);
  await hearAgain();
  for (const one of [redis, sender]) one.disconnect();
  await cluster.stop();
});
