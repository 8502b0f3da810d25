import type { EntryHeader, ResultCache } from '@catchment/cache';
import {
  areaPath,
  type Computations,
  type Dismissals,
  type FinishProcessor,
  PermanentFailure,
  type Refreshes,
  type Request,
  readIfThere,
  type Scratch,
  type Shelf,
} from '@catchment/jobs';

export interface FinishDependencies {
  readonly results: Pick<ResultCache, 'redeem' | 'read'>;
  readonly shelf: Pick<Shelf, 'put' | 'keep'>;
  readonly scratch: Scratch;
  readonly computations: Pick<Computations, 'join' | 'leave' | 'state'>;
  readonly dismissals: Pick<Dismissals, 'isDismissed'>;
  readonly refreshes: Pick<Refreshes, 'queue'>;
  /** Told when a refresh could not be queued, or a job cache not be emptied. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Answers `finish`: on a hit lays the cached value on the shelf, and has it computed anew if it is stale; on a miss, also when the
 * entry has gone since start saw it, joins the computation of the key and waits for it.
 */
export function finishProcessor(dependencies: FinishDependencies): FinishProcessor {
  const { results, shelf, scratch, computations, dismissals, refreshes, onError, clock } = dependencies;
  return async (input) => {
    try {
      const answer = await answerOf(input);
      if (answer.outcome !== 'waiting') await forgetArea(input);
      return answer;
    } catch (error) {
      if (error instanceof PermanentFailure) await forgetArea(input);
      throw error;
    }
  };

  async function forgetArea({ id, area }: Parameters<FinishProcessor>[0]): Promise<void> {
    // What stays goes by itself later; the answer does not depend on it.
    if ('drawn' in area) await scratch.ofRequest(id).clear().catch(onError);
  }

  async function answerOf({
    id,
    started,
    computation,
    ...request
  }: Parameters<FinishProcessor>[0]): ReturnType<FinishProcessor> {
    if (await dismissals.isDismissed(id)) {
      if (computation !== undefined) await computations.leave(id, computation);
      return { outcome: 'dismissed' };
    }
    if (started.outcome === 'refused') return started;
    if (computation !== undefined) {
      const answer = await lookAt(computation, started.key);
      if (answer) return answer;
    } else if (started.outcome === 'hit') {
      const redeemed = await results.redeem(started.ticket);
      if (redeemed.outcome === 'value') return serve(id, redeemed, { key: started.key, request });
    }
    return join(id, { key: started.key, request });
  }

  async function serve(
    id: string,
    { value, header }: { value: Uint8Array; header: EntryHeader },
    asked: { key: string; request: Request },
  ) {
    const stale = header.freshUntil !== null && clock() > header.freshUntil;
    // Whoever asks is served all the same; the next one who asks queues it again.
    if (stale) await refresh(id, asked).catch(onError);
    return { outcome: 'done', cache: stale ? 'stale' : 'hit', result: await shelf.put(value) } as const;
  }

  async function refresh(id: string, asked: { key: string; request: Request }) {
    await shareArea(id, asked);
    await refreshes.queue(asked);
  }

  /** What has become of the computation that this request waits for; undefined when it must be asked for again. */
  async function lookAt(computation: string, key: string) {
    const found = await computations.state(computation);
    if (found.state === 'pending') return { outcome: 'waiting', computation } as const;
    if (found.state === 'failed') throw new PermanentFailure(found.reason);
    if (found.state === 'done') {
      if (found.result.outcome === 'refused') return found.result;
      const { cache, result } = found.result;
      if (result !== undefined && (await shelf.keep(result))) return { outcome: 'done', cache, result } as const;
    }
    // It was begun for nobody: then it is gone when it ends, and its result is in the cache alone.
    const entry = await results.read(key);
    return entry && ({ outcome: 'done', cache: 'hit', result: await shelf.put(entry.value) } as const);
  }

  async function join(id: string, input: Parameters<Computations['join']>[1]) {
    await shareArea(id, input);
    const joined = await computations.join(id, input);
    // Again: the computation before this one may have ended in between, and emptied its job cache.
    await shareArea(id, input);
    // Dismissed while it joined: nobody else takes it out again.
    if (joined && (await dismissals.isDismissed(id))) {
      await computations.leave(id, joined);
      return { outcome: 'dismissed' } as const;
    }
    return { outcome: 'waiting', computation: joined } as const;
  }

  /** Leaves a drawn area where the computation finds it. */
  async function shareArea(id: string, { key, request }: { key: string; request: Request }): Promise<void> {
    if (!('drawn' in request.area)) return;
    const shared = scratch.ofComputation(key);
    if (await shared.has(areaPath)) return;
    const area = await readIfThere(scratch.ofRequest(id), areaPath);
    if (!area) throw new PermanentFailure('the drawn area is no longer kept: the request waited longer than jobs are');
    await shared.set(areaPath, area);
  }
}
