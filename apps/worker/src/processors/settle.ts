import { type ResultCache, unknownEpoch } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { type Computed, isForNobody, type Outcome, type Refreshes, type Shelf } from '@cellshed/jobs';
import type { Answer } from './computed-members.ts';
import type { Lifetimes } from './lifetimes.ts';
import { bytesOf, documentsText, tooManyBytes } from './many.ts';

export interface SettleDependencies {
  readonly results: Pick<ResultCache, 'write'>;
  readonly shelf: Pick<Shelf, 'put' | 'putNew'>;
  /** The most bytes of the results of one request. */
  readonly mostResultBytes: number;
  readonly lifetimesOf: (request: Request) => Lifetimes;
  readonly refreshes: Pick<Refreshes, 'ended'>;
  /** Receives the error if a refresh's lease cannot be given back. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The end of a computation: when it began, and what it found. */
type Ending = Pick<Extract<Outcome, { outcome: 'done' }>, 'cache' | 'tiles'> & { readonly startedAt: number };

/** Makes a function that puts the answers of a computation where they are looked for. */
export function settler(dependencies: SettleDependencies) {
  const { results, shelf, mostResultBytes, lifetimesOf, refreshes, onError, clock } = dependencies;
  return settle;

  /**
   * Writes what was counted into the cache, also of units, and everything that was asked for where
   * the waiting requests find it.
   */
  async function settle(
    computed: Computed,
    all: readonly Answer[],
    { startedAt, cache, tiles }: Ending,
  ): Promise<Outcome> {
    // Units that were counted for totals come after the members.
    const answers = all.slice(0, computed.members.length);
    const cells = answers.reduce((sum, answer) => sum + (answer.cells ?? 0), 0);
    const done = { outcome: 'done', cache, cells: Math.round(cells), ...(tiles && { tiles }) } as const;
    if (!isForNobody(computed)) return (await Promise.all([shelve(), write()]))[0];
    await write();
    const { for: reason, members } = computed;
    if ('refresh' in reason) {
      await refreshes.ended({ key: members[0]?.key as string, lease: reason.refresh.lease }).catch(onError);
    }
    return (await computed.isAwaited()) ? shelve() : done;

    async function write(): Promise<void> {
      for (const { key, value, counted } of all) {
        if (!counted) continue;
        const costMs = clock() - startedAt;
        const epoch = counted.epoch ?? unknownEpoch;
        const since = Math.min(startedAt, counted.startedAt ?? startedAt);
        await results.write(key, value, { startedAt: since, costMs, epoch, ...lifetimesOf(counted.request) });
      }
    }

    async function shelve(): Promise<Outcome> {
      if (bytesOf(answers.map(({ value }) => value)) > mostResultBytes) {
        return { outcome: 'refused', problem: tooManyBytes(mostResultBytes) };
      }
      const put = cache === 'miss' ? shelf.putNew : shelf.put;
      const [first] = answers;
      if (answers.length === 1 && first) return { ...done, result: await put(first.value) };
      return { ...done, result: await put(documentsText(answers)), each: true };
    }
  }
}
