import { type Area, fingerprintOf, parseArea } from '@catchment/areas';
import {
  type GroupedCountResult,
  type OperationRequest,
  type Operations,
  openOperations,
  resultDocument,
} from '@catchment/operations';
import { Command } from 'commander';
import { readAreaArgument } from '../area-argument.ts';
import { catalogPath } from '../catalog-path.ts';
import { countTable } from '../count-table.ts';
import { tileBar } from '../progress-bar.ts';

interface CountOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment count`: in this process, without queue or cache. */
export function countCommand(): Command {
  return new Command('count')
    .description('count the cells of an operation in an area, in this process (no queue, no cache)')
    .argument('<area>', 'a well-known area as table/id, or a GeoJSON file')
    .argument('<operation>', 'an operation of the catalog')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print the result document instead of a table')
    .addHelpText(
      'after',
      '\nExample:\n  catchment count huc12/990101010101 landcover_soil\n  catchment count field.geojson landcover --json',
    )
    .action(async (area: string, operation: string, options: CountOptions) => {
      const operations = await openOperations({ catalogPath: catalogPath(options.catalog, process.env) });
      try {
        const result = await countHere(operations, operation, area);
        const width = process.stdout.columns ?? 100;
        console.log(options.json ? JSON.stringify(result) : countTable(result, { width, catalog: operations.catalog }));
      } finally {
        await operations.close();
      }
    });
}

async function countHere(operations: Operations, operation: string, areaText: string): Promise<GroupedCountResult> {
  const { operations: known } = operations.catalog;
  if (!known.has(operation)) {
    throw new Error(`no operation is called "${operation}"; expected one of ${[...known.keys()].join(', ')}`);
  }
  const { area, drawn } = await areaOf(areaText);
  const request: OperationRequest = { operation, area, coverage: 'centre' };
  const identity = answered(await operations.identify(request));
  const { tiles, batches, frame } = answered(await operations.plan(request, drawn, Number.MAX_SAFE_INTEGER));
  const bar = tileBar();
  let done = 0;
  const onTile = () => bar.update(++done, tiles);
  const parts = [];
  for (const batch of batches) {
    parts.push(await operations.count(request, drawn, { fingerprint: identity.fingerprint, tiles: batch, onTile }));
  }
  bar.stop();
  return resultDocument(frame, parts);
}

async function areaOf(text: string): Promise<{ area: OperationRequest['area']; drawn: (() => Area) | undefined }> {
  const argument = await readAreaArgument(text);
  if ('wellKnown' in argument) {
    const slash = argument.wellKnown.indexOf('/');
    if (slash < 1) throw new Error(`area: is "${text}", expected table/id or a GeoJSON file`);
    const [table, id] = [argument.wellKnown.slice(0, slash), argument.wellKnown.slice(slash + 1)];
    return { area: { table, id }, drawn: undefined };
  }
  // Whoever counts on their own machine sets no limit for themselves.
  const parsed = parseArea(argument.geojson, { vertices: Number.POSITIVE_INFINITY });
  if ('problem' in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return { area: { drawn: fingerprintOf(parsed.area.polygons) }, drawn: () => parsed.area };
}

function answered<Answer extends object>(answer: Answer | { readonly problem: string }): Answer {
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}
