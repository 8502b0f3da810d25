import {
  evictionProblem,
  type Presence,
  type Queueing,
  unavailability,
  untakenText,
  writeProblem,
} from '@cellshed/jobs';
import type { Metrics, Reading } from '@cellshed/metrics';

export interface ReadinessOptions {
  readonly queueing: Pick<Queueing, 'queues' | 'clockProblem' | 'onError'>;
  readonly presence: Pick<Presence, 'untaken'>;
  readonly isStopping: () => boolean;
}

/** Whether a gateway can take requests. */
export interface Readiness {
  /** A sentence when it cannot. */
  queueProblem(): Promise<string | undefined>;
  /** Has the Redis of the queues looked at with the metrics, until what it returns is called. */
  observe(metrics: Pick<Metrics, 'observe'>): () => void;
}

export function openReadiness({ queueing, presence, isStopping }: ReadinessOptions): Readiness {
  const { queues, clockProblem, onError } = queueing;
  const { redis } = queues;
  const cannotWrite = () => writeProblem(redis, queues.key('beat'));
  return {
    queueProblem: async () => {
      if (isStopping()) return 'this gateway stops';
      const problem = clockProblem() ?? (await cannotWrite());
      if (problem !== undefined) return problem;
      try {
        const untaken = await presence.untaken(['start', 'finish', 'count']);
        return (await evictionProblem(redis)) ?? (untaken.length > 0 ? untakenText(untaken) : undefined);
      } catch (error) {
        onError(error as Error);
        return unavailability(error) ?? 'the queue does not answer as it should';
      }
    },
    observe: ({ observe }) =>
      observe('catchment_queue_redis', async () => {
        const [writes, keeps] = await Promise.all([
          cannotWrite(),
          // A Redis that is away does not say what it does.
          evictionProblem(redis).catch(() => undefined),
        ]);
        const check = (name: string, problem: string | undefined): Reading<'catchment_queue_redis'> => [
          { check: name },
          problem === undefined ? 1 : 0,
        ];
        return [check('writes', writes), check('keeps', keeps), check('clock', clockProblem())];
      }),
  };
}
