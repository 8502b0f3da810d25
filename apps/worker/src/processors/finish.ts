import type { ResultCache } from '@catchment/cache';
import {
  type Computations,
  type Dismissals,
  type FinishProcessor,
  PermanentFailure,
  type Shelf,
} from '@catchment/jobs';

export interface FinishDependencies {
  readonly results: Pick<ResultCache, 'redeem'>;
  readonly shelf: Pick<Shelf, 'put' | 'keep'>;
  readonly computations: Pick<Computations, 'join' | 'leave' | 'state'>;
  readonly dismissals: Pick<Dismissals, 'isDismissed'>;
}

/**
 * Answers `finish`: on a hit lays the cached value on the shelf; on a miss, also when the entry has gone since start saw it,
 * joins the computation of the key and waits for it.
 */
export function finishProcessor(dependencies: FinishDependencies): FinishProcessor {
  const { results, shelf, computations, dismissals } = dependencies;
  return async ({ id, started, computation, ...request }) => {
    if (await dismissals.isDismissed(id)) {
      if (computation !== undefined) await computations.leave(id, computation);
      return { outcome: 'dismissed' };
    }
    if (started.outcome === 'refused') return started;
    if (computation !== undefined) {
      const answer = await lookAt(computation);
      if (answer) return answer;
    } else if (started.outcome === 'hit') {
      const redeemed = await results.redeem(started.ticket);
      if (redeemed.outcome === 'value') {
        return { outcome: 'done', cache: 'hit', result: await shelf.put(redeemed.value) };
      }
    }
    return join(id, { key: started.key, request });
  };

  /** What has become of the computation that this request waits for; undefined when it must be asked for again. */
  async function lookAt(computation: string) {
    const found = await computations.state(computation);
    if (found.state === 'pending') return { outcome: 'waiting', computation } as const;
    if (found.state === 'failed') throw new PermanentFailure(found.reason);
    if (found.state === 'gone') return undefined;
    const { result } = found;
    return result.outcome === 'refused' || (await shelf.keep(result.result)) ? result : undefined;
  }

  async function join(id: string, input: Parameters<Computations['join']>[1]) {
    const joined = await computations.join(id, input);
    // Dismissed while it joined: nobody else takes it out again.
    if (joined && (await dismissals.isDismissed(id))) {
      await computations.leave(id, joined);
      return { outcome: 'dismissed' } as const;
    }
    return { outcome: 'waiting', computation: joined } as const;
  }
}
