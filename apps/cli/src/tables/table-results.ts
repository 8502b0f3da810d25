import { rm } from 'node:fs/promises';
import { type ArchiveWriter, openArchiveWriter, readArchive } from '@cellshed/cache';
import type { ResultDocument } from '@cellshed/contracts';
import type { Computing } from '../archive/compute-one.ts';
import { compute } from '../archive/compute-sweep.ts';
import { type Asked, countOf } from '../archive/precomputation.ts';
import { beginOf, leftOf } from '../archive/precompute-file.ts';
import { counted, noCounts, type OutcomeCounts } from '../archive/precompute-outcomes.ts';
import type { AreaSource } from './table-areas.ts';

/** The result of one area. */
export interface AreaResult {
  readonly id: string;
  /** The name of the operation. */
  readonly operation: string;
  readonly document: ResultDocument;
}

export interface ResultsWork {
  /** The file that keeps results until the table is on disk. */
  readonly path: string;
  readonly asked: Asked;
  readonly areas: AreaSource & Readonly<Record<string, unknown>>;
  /** The text of the filter that chose the areas; undefined: all areas. */
  readonly where: string | undefined;
  /** Whether results of another question may be replaced; those of this one are gone on with. */
  readonly overwrite: boolean;
  readonly computing: Computing;
  /** Is called with the count of results that are settled, also before this run. */
  readonly onProgress: (settled: number) => void;
}

export interface ResultsOutcome {
  readonly counts: OutcomeCounts;
  /** The counts of what earlier runs had settled. */
  readonly before: OutcomeCounts;
}

/** The work was stopped before all results were there; the results so far are kept. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly outcome: ResultsOutcome;
  constructor(outcome: ResultsOutcome) {
    super('stopped');
    this.outcome = outcome;
  }
}

/**
 * Computes results, in the order in which they are asked for, and keeps each in a file, which stays
 * until `removeResults`: so that the same question goes on where it was stopped, and nothing is
 * computed again when only its table is missing. First come those that the file has. Throws
 * StoppedError when the signal is aborted.
 */
export async function* tableResults(work: ResultsWork): AsyncGenerator<AreaResult, ResultsOutcome> {
  const { path, asked, computing, onProgress } = work;
  const writer = await openResults(work);
  try {
    const before = (writer.resumed?.state ?? noCounts) as OutcomeCounts;
    let counts = before;
    onProgress(counts.settled);
    for await (const kept of writer.resumed ? keptResults(path, asked) : []) {
      if (computing.signal.aborted) throw new StoppedError({ counts, before });
      yield kept;
    }
    const left = { results: leftOf(asked, before, path), count: countOf(asked) - before.settled };
    for await (const one of compute(asked, left, computing)) {
      if (one.outcome === 'stopped') throw new StoppedError({ counts, before });
      counts = counted(counts, `${asked.table}/${one.id}`, one);
      await writer.add(one.outcome === 'result' ? one.record : undefined, counts);
      onProgress(counts.settled);
      if (one.outcome === 'result')
        yield { id: one.id, operation: one.operation.name, document: parsed(one.record.value) };
    }
    return { counts, before };
  } finally {
    await writer.leave();
  }
}

/** Removes the results of a table that is finished. */
export async function removeResults(path: string): Promise<void> {
  for (const one of [`${path}.progress`, path]) await rm(one, { force: true });
}

/** Goes on with results that answer the same question; others are replaced only when told to. */
async function openResults({ path, asked, areas, where, overwrite }: ResultsWork): Promise<ArchiveWriter> {
  const begin = { areas, ...beginOf(asked, where) };
  return openArchiveWriter(path, { begin }).catch((error) => {
    if (!overwrite) throw error;
    return openArchiveWriter(path, { begin, overwrite });
  });
}

async function* keptResults(path: string, { table }: Asked): AsyncGenerator<AreaResult> {
  for await (const found of readArchive(path)) {
    if ('problem' in found)
      throw new Error(`${path}, line ${found.line}: ${found.problem}; remove it and ${path}.progress to begin anew`);
    const { about, value } = found.record;
    yield {
      id: String(about.area).slice(table.length + 1),
      operation: String(about.operation),
      document: parsed(value),
    };
  }
}

function parsed(value: Uint8Array): ResultDocument {
  return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.length).toString());
}
