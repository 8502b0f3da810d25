import { requireAccess } from '@cellshed/cache';
import { openEndings, openQueueing, type Queues } from '@cellshed/jobs';
import { type Operations, type OperationTallies, openOperations } from '@cellshed/operations';
import { readSettings } from '@cellshed/settings';
import { catalogPath } from '../options/catalog-path.ts';
import { asTyped } from '../text/as-typed.ts';

export interface TallyCommandOptions {
  /** The value of `--catalog`. */
  readonly catalog?: string;
}

export interface OpenTallies {
  readonly catalog: Operations['catalog'];
  readonly tallies: OperationTallies;
}

/** Runs `work` with the tallies that TALLY_URL names, and closes them. */
export async function withTallies<Result>(
  { catalog }: TallyCommandOptions,
  work: (open: OpenTallies) => Promise<Result>,
): Promise<Result> {
  const { TALLY_URL: url } = readSettings(process.env, ['TALLY_URL']);
  if (url === undefined)
    throw new Error('TALLY_URL is not set; expected where the workers keep tallies, such as file:./tallies');
  if (/^memory:\d*$/.test(url))
    throw new Error(`TALLY_URL is ${url}, inside each worker; expected a store that all of them share`);
  await requireAccess({ TALLY_URL: url });
  const onError = (error: Error) => console.error(`catchment: ${error.message}`);
  const operations = await openOperations({
    catalogPath: catalogPath(catalog, process.env),
    tallies: { url, onError },
  });
  try {
    return await work({ catalog: operations.catalog, tallies: operations.tallies as OperationTallies });
  } finally {
    await operations.close();
  }
}

/** Runs `work` with the queue of tally jobs, and closes it. */
export async function withTallyQueue<Result>(work: (queue: TallyQueue) => Promise<Result>): Promise<Result> {
  const settings = readSettings(process.env, ['QUEUE_REDIS_URL', 'QUEUE_PREFIX', 'JOB_RETENTION_SECONDS']);
  await using opened = new AsyncDisposableStack();
  const onError = (error: Error) => console.error(`catchment: ${error.message}`);
  const { queues, patient: redis } = opened.use(await openQueueing(settings, { onError }));
  const endings = opened.adopt(await openEndings(queues, { queue: queues.tally, redis, onError }), (one) =>
    one.close(),
  );
  if ((await queues.tally.getWorkersCount()) === 0)
    console.error(asTyped('catchment: no worker takes these jobs yet; start one with `catchment worker`'));
  return await work({ queues, endings });
}

export interface TallyQueue {
  readonly queues: Queues;
  readonly endings: Awaited<ReturnType<typeof openEndings>>;
}
