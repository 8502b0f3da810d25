import { openQueueing, openStoreTroubles, type StoreTrouble } from '@cellshed/jobs';
import { readSettings } from '@cellshed/settings';

/**
 * The stores that workers have trouble with. When the queues' Redis, through which workers say so,
 * cannot be asked, that is said and there are none; without QUEUE_REDIS_URL there are none.
 */
export async function storeTroubles(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly StoreTrouble[]> {
  if (!env.QUEUE_REDIS_URL) return [];
  try {
    const settings = readSettings(env, ['QUEUE_REDIS_URL', 'QUEUE_PREFIX', 'JOB_RETENTION_SECONDS']);
    await using queueing = await openQueueing(settings, { onError: () => undefined });
    return await openStoreTroubles(queueing.queues, queueing.now).list();
  } catch (error) {
    console.error(`catchment: not known which stores workers have trouble with: ${(error as Error).message}`);
    return [];
  }
}
