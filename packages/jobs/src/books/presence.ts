import type { QueueName } from '../jobs.ts';
import type { Queues } from '../queues.ts';

/** Which queues living workers take jobs of. */
export interface Presence {
  /**
   * Says again and again, until it is closed, that a worker takes the jobs of some queues. Calls
   * `onSaid` whenever it has said so.
   */
  announce(
    queues: readonly QueueName[],
    onError: (error: Error) => void,
    onSaid?: () => Promise<void>,
  ): { close(): Promise<void> };
  /** Those of some queues whose jobs no worker takes. */
  untaken<Name extends QueueName>(queues: readonly Name[]): Promise<Name[]>;
}

/** A worker that has said nothing for so long does not live. */
const presentMilliseconds = 8000;
const sayAgainMilliseconds = 2500;

export function openPresence({ redis, key }: Pick<Queues, 'redis' | 'key'>): Presence {
  const nameOf = (queue: QueueName) => key('taken', queue);
  return {
    announce: (queues, onError, onSaid) => {
      const say = () =>
        Promise.all(queues.map((queue) => redis.set(nameOf(queue), '1', 'PX', presentMilliseconds)))
          .then(onSaid)
          .catch(onError);
      void say();
      const timer = setInterval(say, sayAgainMilliseconds);
      return {
        close: async () => clearInterval(timer),
      };
    },
    untaken: async (queues) => {
      const taken = await redis.mget(queues.map(nameOf));
      return queues.filter((_, i) => taken[i] === null);
    },
  };
}

/** The sentence for clients and operators about jobs that nobody takes. */
export function untakenText(queues: readonly QueueName[]): string {
  return `no worker takes ${new Intl.ListFormat('en').format(queues)} jobs`;
}
