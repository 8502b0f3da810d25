import type { EntryHeader, ResultCache } from '@catchment/cache';
import {
  type AnyRequest,
  type Computations,
  type ComputeInput,
  type Dismissals,
  drawnPaths,
  type FinishProcessor,
  KnownFailure,
  membersOf,
  PermanentFailure,
  type Refreshes,
  type Request,
  readIfThere,
  type Scratch,
  type Shelf,
} from '@catchment/jobs';
import { manyAnswerer } from './finish-many.ts';

export interface FinishDependencies {
  readonly results: Pick<ResultCache, 'redeem' | 'read'>;
  readonly shelf: Pick<Shelf, 'put' | 'keep' | 'get'>;
  readonly scratch: Scratch;
  readonly computations: Pick<Computations, 'join' | 'leave' | 'state'>;
  readonly dismissals: Pick<Dismissals, 'isDismissed'>;
  readonly refreshes: Pick<Refreshes, 'queue'>;
  /** Of the results of one request. */
  readonly mostResultBytes: number;
  /** Told when a refresh could not be queued, or a job cache not be emptied. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What both kinds of request do: one that asks for one thing, and one that asks for several. */
export interface FinishSteps {
  /** Enters the request among those that wait for a computation, with what was drawn for it. */
  join(id: string, input: ComputeInput): ReturnType<FinishProcessor>;
  /** Whether a cached value is stale; then it is being computed anew. */
  servedStale(id: string, header: EntryHeader, asked: { key: string; request: Request }): Promise<boolean>;
}

/**
 * Answers `finish`: on a hit lays the cached value on the shelf, and has it computed anew if it is
 * stale; on a miss, also when the entry has gone since start saw it, joins the computation of the
 * key and waits for it.
 */
export function finishProcessor(dependencies: FinishDependencies): FinishProcessor {
  const { results, shelf, scratch, computations, dismissals, refreshes, onError, clock, mostResultBytes } =
    dependencies;
  const answerMany = manyAnswerer({ results, shelf, scratch, computations, mostResultBytes }, { join, servedStale });
  return async (input) => {
    try {
      const answer = await answerOf(input);
      if (answer.outcome !== 'waiting') await forget(input);
      return answer;
    } catch (error) {
      if (error instanceof PermanentFailure) await forget(input);
      throw error;
    }
  };

  async function forget(input: Parameters<FinishProcessor>[0]): Promise<void> {
    // What stays goes by itself later; the answer does not depend on it.
    const leavesNothing = !('members' in input) && drawnPaths([input]).length === 0;
    if (!leavesNothing) await scratch.ofRequest(input.id).clear().catch(onError);
  }

  async function answerOf(input: Parameters<FinishProcessor>[0]): ReturnType<FinishProcessor> {
    const { id, started, computation } = input;
    if (await dismissals.isDismissed(id)) {
      if (computation !== undefined) await computations.leave(id, computation);
      return { outcome: 'dismissed' };
    }
    if (started.outcome === 'refused') return started;
    if ('members' in input || started.outcome === 'many') return answerMany(input);
    const { id: _id, started: _started, computation: _computation, ...request } = input;
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
    const cache = (await servedStale(id, header, asked)) ? 'stale' : 'hit';
    return { outcome: 'done', cache, result: await shelf.put(value) } as const;
  }

  async function servedStale(id: string, { freshUntil }: EntryHeader, asked: { key: string; request: Request }) {
    if (freshUntil === null || clock() <= freshUntil) return false;
    // Whoever asks is served all the same; the next one who asks queues it again.
    await refresh(id, asked).catch(onError);
    return true;
  }

  async function refresh(id: string, asked: { key: string; request: Request }) {
    await shareDrawn(id, asked);
    await refreshes.queue(asked);
  }

  /**
   * What has become of the computation that this request waits for; undefined when it must be asked
   * for again.
   */
  async function lookAt(computation: string, key: string) {
    const found = await computations.state(computation);
    if (found.state === 'pending') return { outcome: 'waiting', computation } as const;
    if (found.state === 'failed') throw new KnownFailure(found.reason);
    if (found.state === 'done') {
      if (found.result.outcome === 'refused') return found.result;
      const { cache, result } = found.result;
      if (result !== undefined && (await shelf.keep(result))) return { outcome: 'done', cache, result } as const;
    }
    // It was begun for nobody: then it is gone when it ends, and its result is in the cache alone.
    const entry = await results.read(key);
    return entry && ({ outcome: 'done', cache: 'hit', result: await shelf.put(entry.value) } as const);
  }

  async function join(id: string, input: ComputeInput) {
    await shareDrawn(id, input);
    const joined = await computations.join(id, input);
    // Again: the computation before this one may have ended in between, and emptied its job cache.
    await shareDrawn(id, input);
    // Dismissed while it joined: nobody else takes it out again.
    if (joined && (await dismissals.isDismissed(id))) {
      await computations.leave(id, joined);
      return { outcome: 'dismissed' } as const;
    }
    return { outcome: 'waiting', computation: joined } as const;
  }

  /** Leaves what was drawn where the computation finds it. */
  async function shareDrawn(id: string, { key, request }: { key: string; request: AnyRequest }): Promise<void> {
    const [own, shared] = [scratch.ofRequest(id), scratch.ofComputation(key)];
    for (const path of drawnPaths(membersOf(request))) {
      if (await shared.has(path)) continue;
      const drawn = await readIfThere(own, path);
      if (!drawn)
        throw new PermanentFailure('the drawn area is no longer kept: the request waited longer than jobs are');
      await shared.set(path, drawn);
    }
  }
}
