import { definitionOf } from '@cellshed/catalog';
import { talliedOperation } from '@cellshed/chores/tally-work';
import { rastersOf, renameRasters } from '@cellshed/contracts';
import {
  type OperationTallies,
  operationsAhead,
  operationText,
  readOperationText,
  type TalliedOperation,
  type TallyPlan,
} from '@cellshed/operations';
import { Command } from 'commander';
import { tallyListText } from '../../background/tally-texts.ts';
import { type OpenTallies, type TallyCommandOptions, withTallies } from '../../background/tallying.ts';
import type { ListedTally } from '../../json-documents.ts';

/** `catchment tally ls`: the tallies that are kept. */
export function tallyLsCommand(): Command {
  return new Command('ls')
    .description('list the tallies that are kept, and how much of each is built')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print a line of JSON for each')
    .addHelpText('after', '\nNeeds TALLY_URL.\n\nExample:\n  TALLY_URL=file:./tallies catchment tally ls')
    .action(async (options: TallyCommandOptions & { readonly json?: boolean }) => {
      const listed = await withTallies(options, listTallies);
      if (options.json) for (const one of listed) console.log(JSON.stringify(one));
      else console.log(tallyListText(listed, process.stdout.columns ?? 100));
    });
}

/** The tallies that are kept, current ones first. */
export async function listTallies({ catalog, tallies }: OpenTallies): Promise<ListedTally[]> {
  const current = await currentTallies({ catalog, tallies });
  const kept = await tallies.list();
  const listed = kept.map(async ({ chunks: _, ...tally }): Promise<ListedTally> => {
    const { operation, fingerprint } = tally;
    const now = current.get(operation) ?? (await chosenTally(operation, { catalog, tallies }));
    if (now === undefined) return { ...tally, state: 'off' };
    if (now.fingerprint !== fingerprint) return { ...tally, state: 'stale' };
    const { cells, squares: tilesWithSquares } = now;
    return { ...tally, state: 'current', cells, tilesWithSquares, ...(await now.inspect()) };
  });
  const order = ['current', 'stale', 'off'];
  return (await Promise.all(listed)).sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.operation.localeCompare(b.operation),
  );
}

/**
 * The tallies that the operations of the catalog have with today's rasters, by their names in keys.
 */
async function currentTallies({ catalog, tallies }: OpenTallies) {
  const current = new Map<string, Awaited<ReturnType<typeof currentTally>>>();
  for (const one of operationsAhead(catalog).values()) {
    const asked = talliedOperation(one);
    current.set(operationText(asked), await currentTally(asked, tallies));
  }
  return current;
}

/**
 * The same of an operation on rasters that somebody has chosen; undefined: nobody could choose them
 * now.
 */
async function chosenTally(name: string, { catalog, tallies }: OpenTallies) {
  const { operation, rasters = [] } = readOperationText(name);
  const own = catalog.operations.get(operation);
  if (!own || rasters.length === 0 || !rasters.every((raster) => catalog.rasters.has(raster))) return undefined;
  const names = rastersOf(own);
  const definition = renameRasters(definitionOf(own), (raster) => rasters[names.indexOf(raster)] ?? raster);
  // They may align no more.
  return currentTally({ operation, definition }, tallies).catch(() => undefined);
}

async function currentTally(asked: TalliedOperation, tallies: OperationTallies) {
  const plan = await tallies.plan(asked);
  return plan && { ...plan, inspect: () => inspect(tallies, asked, plan) };
}

async function inspect(tallies: OperationTallies, asked: TalliedOperation, { fingerprint, tiers }: TallyPlan) {
  const sums = { nodes: 0, there: 0 };
  for (const place of tiers.flat()) {
    const { nodes, there } = await tallies.inspect(asked, { fingerprint, place });
    sums.nodes += nodes;
    sums.there += there;
  }
  return sums;
}
