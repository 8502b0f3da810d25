import { longestOpenSeconds, type Queues } from '../queues.ts';

type Book = Pick<Queues, 'redis' | 'key'>;

/** Notes that the keeper has put the queues in order. */
export async function noteKept({ redis, key }: Book, now: number): Promise<void> {
  await redis.set(key('kept'), Math.round(now), 'EX', longestOpenSeconds);
}

/** When the keeper put the queues in order last, in epoch milliseconds, within the last week. */
export async function keptAt({ redis, key }: Book): Promise<number | undefined> {
  const text = await redis.get(key('kept'));
  return text === null ? undefined : Number(text);
}
