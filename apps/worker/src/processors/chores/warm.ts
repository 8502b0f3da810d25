import { areaFilter, lookOnly, operationsMeant, type WarmFailures, type Warming } from '@cellshed/chores';
import { stretchesOf } from '@cellshed/chores/stretches';
import { isRefusal, refusalText } from '@cellshed/contracts';
import {
  type ChoreAsk,
  type ChoreTurn,
  type ChoreWork,
  PermanentFailure,
  resultsOfPass,
  type WarmDependencies,
  warm,
} from '@cellshed/jobs';
import type { Operations } from '@cellshed/operations';
import { stretchBook } from './stretch-book.ts';

export interface WarmChoreDependencies extends Pick<WarmDependencies, 'computations' | 'endings'> {
  readonly operations: Pick<Operations, 'catalog'>;
  readonly warming: Warming;
  readonly failures: WarmFailures;
}

/** The results that are computed at once, if nothing else is asked. */
const defaultInFlight = 10_000;

/** Has the results of a table's areas computed that the cache does not have. */
export async function warmChore(
  work: ChoreWork,
  ask: Extract<ChoreAsk, { kind: 'warm' }>,
  { operations, warming, failures, computations, endings }: WarmChoreDependencies,
  signal: AbortSignal,
): Promise<ChoreTurn> {
  const { table, ids = [], inFlight = defaultInFlight } = ask;
  const meant = operationsMeant(operations.catalog, { table, names: ask.operations ?? ['all'] });
  if (isRefusal(meant)) throw new PermanentFailure(refusalText(meant));
  const wanted = { table, operations: meant, matches: areaFilter(ids).matches };
  const results = await (ask.failed ? warming.failed(wanted) : warming.all(wanted));
  const book = await stretchBook(work, results, { failures, dryRun: ask.dryRun ?? false });
  const passes = book.passes(stretchesOf(results, book.marks));
  const { background } = work;
  const how = { atOnce: Math.floor(inFlight / resultsOfPass), signal, onEnd: book.onEnd, onPassEnd: book.onPassEnd };
  try {
    if (ask.dryRun) await lookOnly(passes, warming, how);
    else await warm(passes, { ...warming, computations, endings, background }, how);
  } finally {
    book.close();
  }
  return 'done';
}
