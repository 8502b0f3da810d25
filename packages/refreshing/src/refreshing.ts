import { setTimeout } from 'node:timers/promises';
import { type Clock, expectStore, type Store } from '@cellshed/cache';
import { expectAtLeast, expectFunction, expectFunctionsOf, expectIfAny, expectObject } from '@cellshed/expected';
import { checkName, checkTag } from './check-options.ts';
import { type RowOptions, type RowsOptions, rowRead, rowsRead } from './database-reads.ts';
import { exponentialBackoff } from './fetching/backoff.ts';
import { fetching } from './fetching/fetching.ts';
import { singleFlight } from './fetching/single-flight.ts';
import type { Fetching, RefreshOutcome } from './fetching/wanted.ts';
import { type Definition, definitionOf } from './options.ts';
import type { Parts, RefreshingCacheStats } from './parts.ts';
import { processQueue } from './queues/process-queue.ts';
import { queueing } from './queues/queueing.ts';
import { checkRefreshJob, type RefreshJob, type RefreshQueue } from './queues/refresh-job.ts';
import { type ReadOverrides, type RefreshingRead, refreshingRead } from './read.ts';
import type { ReadOptions } from './read-options.ts';
import { boundedEntries, type NewEntry } from './stored/entries.ts';
import { fromJson } from './stored/plain-data.ts';
import { type Tags, tagsIn } from './stored/tags.ts';

export interface RefreshingCacheOptions {
  /**
   * Stays the caller's to close. With a fence of reach `cluster` (Redis) what is promised holds
   * among all processes that use the same server; with one of reach `process` (memory, files)
   * within each process only.
   */
  readonly store: Store;
  /**
   * Default: a `processQueue` of its own, which passes its time with `pause` and tells `onError`.
   */
  readonly queue?: RefreshQueue;
  /** All keys begin with it and a colon; as a read's name. Default `refresh`. */
  readonly prefix?: string;
  /** The time, which should be roughly the same in all processes. */
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** The time that one call of store or queue may take; default 1,000. */
  readonly timeoutMilliseconds?: number;
  /**
   * After a failed fetch the key is not fetched again by readers of this process for that long,
   * doubled with each further failure.
   */
  readonly backoff?: { readonly firstMilliseconds: number; readonly longestMilliseconds: number };
  /**
   * Hears of failures that no caller hears of: of a refresh that could not be queued, or of a fetch
   * in whose place a stale value was served.
   */
  readonly onError?: (error: Error) => void;
  /** Passes the time between two looks whether another process has fetched. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

type Wrapped<Args extends readonly unknown[], Value, Result> = ((...args: Args) => Promise<Result>) &
  RefreshingRead<Args, Value, Result>;

/**
 * Reads that are answered from a cache and kept fresh by a queue's workers: a stale value is
 * served at once and refreshed in the background, and however many ask, one fetches. While the
 * store fails or does not answer, reads fetch and writes are dropped.
 */
export interface RefreshingCache {
  /** Throws a `RangeError` for options that cannot be, and for a name that is taken. */
  define<Args extends readonly unknown[], Value, Result = Value>(
    options: ReadOptions<Args, Value, Result>,
  ): RefreshingRead<Args, Value, Result>;
  /**
   * The function with a cache before it, which is in its members. Its name is the read's unless the
   * options have one.
   */
  wrap<Args extends readonly unknown[], Value, Result = Value>(
    fetch: (...args: Args) => Promise<Value> | Value,
    options?: Omit<ReadOptions<Args, Value, Result>, 'fetch' | 'name'> & { readonly name?: string },
  ): Wrapped<Args, Value, Result>;
  /** Reads all rows of a query; see `rowsRead`. */
  rows<Row, Args extends readonly unknown[] = readonly unknown[], Result = Row[]>(
    options: RowsOptions<Args, Row, Result>,
  ): RefreshingRead<Args, Row[], Result>;
  /** Reads the one row of a query, or `null`; see `rowRead`. */
  row<Row, Args extends readonly unknown[] = readonly unknown[], Result = Row | null>(
    options: RowOptions<Args, Row, Result>,
  ): RefreshingRead<Args, Row | null, Result>;
  /**
   * Clears all values that are kept under a tag, of whatever reads of this prefix, in one step:
   * none of them is served again, by any process, and none that is being fetched will be. A process
   * with a memory in front of the store serves what it has for at most a second more
   * (`mostMilliseconds`). Rejects with a `StoreError`.
   */
  clearTag(tag: string): Promise<void>;
  /**
   * Does what a refresh asks for; for the queue's worker. Rejects, so that the queue tries again,
   * when fetch or store fails; with a sentence that says which names there are when no read has the
   * job's.
   */
  perform(job: RefreshJob): Promise<RefreshOutcome>;
  /** Resolves when nothing is going on in the background: all is queued that was to be queued. */
  settled(): Promise<void>;
  /** Counts since the cache was made. */
  stats(): RefreshingCacheStats;
}

export function refreshingCache(options: RefreshingCacheOptions): RefreshingCache {
  checkCacheOptions(options);
  const { prefix = 'refresh' } = options;
  const tags = tagsOf(options, prefix);
  const { parts, settled } = partsOf(options, tags);
  const fetcher = fetching(parts);
  const dependencies = { parts, fetching: fetcher, queueing: queueing(parts, fetcher), prefix };
  const definitions = new Map<string, Definition>();

  const define: RefreshingCache['define'] = <Args extends readonly unknown[], Value, Result>(
    readOptions: ReadOptions<Args, Value, Result>,
  ) => {
    const definition = definitionOf(readOptions);
    const { name } = definition;
    if (definitions.has(name)) throw new RangeError(`name of a read is "${name}", expected one that is not taken yet`);
    definitions.set(name, definition);
    // The one place where the types of a read are put back on.
    const read = refreshingRead(definition, dependencies) as unknown as RefreshingRead<Args, Value, Result>;
    const extend: typeof read.extend = <Other>(overrides: ReadOverrides<Args, Value, Other>) => {
      expectObject(`what is otherwise than in the read ${name}`, overrides);
      return define<Args, Value, Other>({
        ...(readOptions as unknown as typeof overrides & { fetch: never }),
        ...overrides,
      });
    };
    return { ...read, options: readOptions, extend };
  };
  const perform = performing(definitions, fetcher);
  parts.queue.performWith?.(perform);
  return {
    define,
    perform,
    settled,
    clearTag: async (tag) => tags.clear(checkTag('a tag', tag)),
    wrap: (fetch, readOptions = {}) => {
      expectFunction('what wrap is given', fetch);
      expectObject('the options of wrap', readOptions);
      const read = define({ name: fetch.name, ...readOptions, fetch });
      return Object.assign(((...args) => read.get(...args)) as typeof read.get, read);
    },
    rows: (readOptions) => define(rowsRead(readOptions)),
    row: (readOptions) => define(rowRead(readOptions)),
    stats: () => ({ ...parts.counts }),
  };
}

function performing(definitions: ReadonlyMap<string, Definition>, { perform }: Fetching): RefreshingCache['perform'] {
  return async (data) => {
    const job = checkRefreshJob(data);
    const definition = definitions.get(job.name);
    if (!definition) {
      const names = [...definitions.keys()].join(', ') || 'none';
      throw new RangeError(
        `name of a refresh job is ${JSON.stringify(job.name)}, expected one of those defined: ${names}`,
      );
    }
    const { key, args: queuedArgs, tags = [] } = job;
    return perform({ definition, key, args: fromJson(queuedArgs) as unknown[], queuedArgs, tags }, job);
  };
}

function checkCacheOptions(options: RefreshingCacheOptions): void {
  expectObject('the options of a refreshing cache', options);
  const { store, queue, prefix = 'refresh', backoff } = options;
  const of = (member: string) => `${member} of a refreshing cache`;
  checkName(of('prefix'), prefix);
  expectStore(of('store'), store);
  expectIfAny(of('queue'), queue, (what, value) => expectFunctionsOf(what, value, ['add']));
  expectIfAny(of('timeoutMilliseconds'), options.timeoutMilliseconds, expectAtLeast(0));
  for (const member of ['clock', 'random', 'onError', 'pause'] as const) {
    expectIfAny(of(member), options[member], expectFunction);
  }
  if (backoff === undefined) return;
  expectObject(of('backoff'), backoff);
  expectAtLeast(0)(of('backoff.firstMilliseconds'), backoff.firstMilliseconds);
  expectAtLeast(0)(of('backoff.longestMilliseconds'), backoff.longestMilliseconds);
}

function tagsOf({ store, clock = Date.now, timeoutMilliseconds = 1000 }: RefreshingCacheOptions, prefix: string): Tags {
  return tagsIn({ store, clock, timeoutMilliseconds, prefix });
}

function partsOf(options: RefreshingCacheOptions, tags: Tags): { parts: Parts; settled: () => Promise<void> } {
  const { store, clock = Date.now, random = Math.random, timeoutMilliseconds = 1000 } = options;
  const { backoff = { firstMilliseconds: 1000, longestMilliseconds: 60_000 }, onError, pause = realPause } = options;
  const counts = {
    ...{ hits: 0, stale: 0, misses: 0, empties: 0, fetches: 0, failedFetches: 0, queued: 0, failedQueueings: 0 },
    ...{ writes: 0, fencedWrites: 0, unkept: 0, droppedWrites: 0, failedReads: 0 },
    lastFailure: null as string | null,
  };
  const report = (error: Error) => {
    counts.lastFailure = error.message;
    onError?.(error);
  };
  const queue = options.queue ?? processQueue({ pause, onError: report });
  const tasks = new Set<Promise<void>>();
  const background = (task: () => Promise<void>) => {
    const running: Promise<void> = task()
      .catch(report)
      .finally(() => tasks.delete(running));
    tasks.add(running);
  };
  const settled = async () => {
    while (tasks.size > 0) await Promise.all(tasks);
  };
  const entries = boundedEntries({ store, tags, clock, timeoutMilliseconds });
  const shared = { clock, random, pause, timeoutMilliseconds, queue, counts, report, background, entries };
  const own = { flights: singleFlight<NewEntry>(), backoff: exponentialBackoff({ clock, ...backoff }) };
  return { parts: { ...shared, ...own }, settled };
}

async function realPause(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}
