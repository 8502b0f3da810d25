import { type ArchiveRecord, type ResultCache, readArchive, StoreError, type WriteOptions } from '@cellshed/cache';
import type { LoadSummary } from '../summaries.ts';
import type { Verdict } from './judge-record.ts';
import { type LoadOutcomes, openLoadOutcomes } from './load-outcomes.ts';

export interface LoadWork {
  readonly path: string;
  readonly results: Pick<ResultCache, 'ticket' | 'write' | 'stats'>;
  readonly judge: (record: ArchiveRecord) => Promise<Verdict>;
  /** The times for which results of an operation are fresh and kept. */
  readonly limits: (operation: string) => Pick<WriteOptions, 'lifetimeMilliseconds' | 'ttlMilliseconds'>;
  /** Replaces what is there with another value. */
  readonly overwrite: boolean;
  /** Whether the file is only looked at, and nothing is written. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Is called with the count of bytes that have been read of the file. */
  readonly onRead: (bytes: number) => void;
  /** The line after which it begins: those up to it have been loaded. Default: none. */
  readonly after?: number | undefined;
  /** Is called with a line up to which everything has an outcome, again and again. */
  readonly onStep?: (line: number) => Promise<void>;
}

/** Loaded at once: so many, or fewer of so many bytes. */
const mostAtOnce = 64;
const mostBytesAtOnce = 8 * 1024 * 1024;
/** The lines after which it is told how far it is. */
const linesOfStep = 256;

/**
 * Loads the good records of an archive into a cache, in bounded memory; loading again changes
 * nothing. Throws a `StoreError` when the store fails: what was loaded stays, and loading again
 * goes on.
 */
export async function loadFile(work: LoadWork, outcomes = openLoadOutcomes()): Promise<LoadSummary> {
  const { path, judge, dryRun, signal, onRead, after = 0, onStep } = work;
  const batch = loadingBatch(work, outcomes);
  let step = after + linesOfStep;
  let outcome: LoadSummary['outcome'] = 'done';
  for await (const found of readArchive(path, { onRead })) {
    if (signal.aborted) {
      outcome = 'stopped';
      break;
    }
    const { line } = found;
    if (line <= after) continue;
    if (onStep && line > step) {
      await batch.flush();
      await onStep(line - 1);
      step = line - 1 + linesOfStep;
    }
    if ('problem' in found) outcomes.break(line, found.problem);
    else {
      const verdict = await judge(found.record);
      if (verdict.verdict === 'broken') outcomes.break(line, verdict.problem);
      else if (verdict.verdict === 'refused') outcomes.refuse(line, verdict.reason);
      else await batch.add(found);
    }
  }
  await batch.flush();
  return outcomes.summary({ outcome, file: path, dryRun });
}

/** A good record, and the line on which it stands. */
interface Found {
  readonly line: number;
  readonly record: ArchiveRecord;
}

function loadingBatch(work: LoadWork, outcomes: LoadOutcomes) {
  const records = new Map<string, Found>();
  let bytes = 0;
  const flush = async () => {
    const loading = Array.from(records.values(), (found) => loadOne(work, outcomes, found));
    records.clear();
    bytes = 0;
    await Promise.all(loading);
  };
  return {
    flush,
    add: async (found: Found) => {
      const { record } = found;
      // Two lines of one key are loaded one after the other.
      if (records.has(record.key)) await flush();
      records.set(record.key, found);
      bytes += record.value.length;
      if (records.size >= mostAtOnce || bytes >= mostBytesAtOnce) await flush();
    },
  };
}

async function loadOne(work: LoadWork, outcomes: LoadOutcomes, { line, record }: Found): Promise<void> {
  const { results, overwrite, dryRun, limits } = work;
  const { key, etag, value, computedAt: startedAt, costMs, about } = record;
  const there = await results.ticket(key);
  checkStore(results, outcomes);
  if (there?.etag === etag) return outcomes.count('alreadyThere');
  if (there && !overwrite) return outcomes.count('alreadyThereOtherwise');
  if (!dryRun) {
    const isKept = await results.write(key, value, { startedAt, costMs, ...limits(String(about.operation)) });
    checkStore(results, outcomes);
    if (!isKept) return outcomes.refuse(line, 'the cache did not keep it: it has expired, or is too large');
  }
  outcomes.count('loaded');
}

/** The cache swallows what its store cannot do; who loads must know. */
function checkStore(results: LoadWork['results'], outcomes: LoadOutcomes): void {
  const { lastFailure } = results.stats();
  if (lastFailure === null) return;
  const { loaded } = outcomes.summary({ outcome: 'stopped', file: '', dryRun: false });
  const before = `${loaded.toLocaleString('en')} ${loaded === 1 ? 'result' : 'results'} had been loaded before`;
  throw new StoreError(`${lastFailure}; ${before}, and the same command goes on with the rest`);
}
