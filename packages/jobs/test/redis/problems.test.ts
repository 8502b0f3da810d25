import { Cluster } from 'ioredis';
import { unavailability } from '../../src/index.ts';

it('a transaction that a cluster refuses is told as a queue that cannot be reached', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: null,
  });
  cluster.on('error', () => undefined);
  const error = await cluster
    .multi()
    .set('{a}1', '1')
    .set('{a}2', '2')
    .exec()
    .catch((reason: unknown) => reason);
  expect(unavailability(error)).toBe('the queue cannot be reached');
  cluster.disconnect();
});

it('an error that leads to itself is told once', () => {
  const error = Object.assign(new Error('Too many Cluster redirections. Last error: Error: Connection is closed.'), {
    previousErrors: [] as Error[],
  });
  error.previousErrors.push(error, error);
  expect(unavailability(error)).toBe('the queue cannot be reached');
});
