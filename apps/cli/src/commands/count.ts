import { type Area, fingerprintOf, fingerprintOfLines, type Lines, parseArea, parseLines } from '@catchment/areas';
import {
  type DrawnGeometries,
  type OperationRequest,
  type Operations,
  openOperations,
  type PartialResult,
  type ResultDocument,
  type ResultFrame,
  resolveOperation,
  resultDocument,
} from '@catchment/operations';
import { Command } from 'commander';
import { readAreaArgument, readGeoJson } from '../area-argument.ts';
import { catalogPath } from '../catalog-path.ts';
import { type ChoiceOptions, choiceOptions, readChoice } from '../choice-options.ts';
import { tileBar } from '../progress-bar.ts';
import { resultText } from '../result-text.ts';

interface CountOptions extends ChoiceOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment count`: in this process, without queue or cache. */
export function countCommand(): Command {
  const command = new Command('count')
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
        const result = await countHere(operations, { operation, area, options });
        const width = process.stdout.columns ?? 100;
        console.log(options.json ? JSON.stringify(result) : resultText(result, { width, catalog: operations.catalog }));
      } finally {
        await operations.close();
      }
    });
  return choiceOptions(command);
}

interface Asked {
  readonly operation: string;
  readonly area: string;
  readonly options: CountOptions;
}

async function countHere(
  operations: Operations,
  { operation, area: areaText, options }: Asked,
): Promise<ResultDocument> {
  const choice = { operation, ...(await readChoice(options)) };
  const resolved = answered(resolveOperation(choice, operations.catalog));
  const [{ area, drawn }, lines] = await Promise.all([areaOf(areaText), linesOf(options.lines)]);
  const request: OperationRequest = {
    ...resolved,
    area,
    ...(lines && { lines: { drawn: fingerprintOfLines(lines) } }),
  };
  const geometries: DrawnGeometries = { area: () => drawn as Area, lines: () => lines as Lines };
  const identity = answered(await operations.identify(request));
  const plan = answered(await operations.plan([request], geometries, Number.MAX_SAFE_INTEGER));
  const bar = tileBar();
  let done = 0;
  const onTile = () => bar.update(++done, plan.tiles);
  const parts: PartialResult[] = [];
  for (const { rasters, tiles } of plan.batches) {
    const batch = { fingerprints: [identity.fingerprint], rasters, tiles, onTile };
    parts.push(...(await operations.count([request], geometries, batch)));
  }
  bar.stop();
  return resultDocument(plan.frames[0] as ResultFrame, parts);
}

async function linesOf(path: string | undefined): Promise<Lines | undefined> {
  if (path === undefined) return undefined;
  const parsed = parseLines(await readGeoJson(path), { vertices: Number.POSITIVE_INFINITY });
  if ('problem' in parsed) throw new Error(`${path}: ${parsed.problem}`);
  return parsed.lines;
}

async function areaOf(text: string): Promise<{ area: OperationRequest['area']; drawn: Area | undefined }> {
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
  return { area: { drawn: fingerprintOf(parsed.area.polygons) }, drawn: parsed.area };
}

function answered<Answer extends object>(answer: Answer | { readonly problem: string }): Answer {
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}
