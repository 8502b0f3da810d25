import { parseArea, parseLines, unlimited } from '@cellshed/areas';
import type { Catalog } from '@cellshed/catalog';
import { isRefusal, refusalText } from '@cellshed/contracts';
import { openOperations, spreadChoice } from '@cellshed/operations';
import { rasterCacheOf, readSettings } from '@cellshed/settings';
import { Command } from 'commander';
import { type AreaToCount, countHere } from '../count-here.ts';
import { NotUnderstood } from '../exit-codes.ts';
import { areaHelp, readAreas, readGeoJson, sayNotes } from '../options/area-argument.ts';
import type { AskedArea } from '../options/asked-areas.ts';
import { valuesOf } from '../options/asked-values.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { type ChoiceOptions, choiceOptions, readChoice } from '../options/choice-options.ts';
import { referenceOf, refuseFiles, type UnitsArgument } from '../options/units-argument.ts';
import { tileBar } from '../text/progress-bar.ts';
import { resultsText } from '../text/results-text.ts';

interface CountOptions extends ChoiceOptions, UnitsArgument {
  readonly catalog?: string;
  readonly json?: boolean;
  readonly each?: boolean;
  readonly layer?: string;
}

/** `catchment count`: in this process, without queue or cache. */
export function countCommand(): Command {
  const command = new Command('count')
    .description('count the cells of an operation in an area, in this process (no queue, no cache)')
    .argument('<area>', areaHelp)
    .argument('<operation>', 'an operation of the catalog')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--each', 'count each feature of the file for itself (with --json: a line for each)')
    .option('--upstream', 'add up the area and all that drain into it')
    .option('--within <area>', 'add up the areas of a table that lie in a larger one (then <area> is the table)')
    .option('--layer <name>', 'the layer of a GeoPackage or a ZIP archive that has several')
    .option('--json', 'print the result document instead of a table')
    .addHelpText(
      'after',
      '\nExample:\n  catchment count huc12/990101010101 landcover_soil\n  catchment count field.geojson terrain --json\n  catchment count fields.geojson landcover --each\n  catchment count huc12/990101010101 precipitation --set season=summer --coverage fraction\n  catchment count huc12/990101010101 landcover_in --set year=2001,2011,2021\n  catchment count huc12/990101030108 landcover --upstream\n  catchment count huc12 landcover --within huc8/99010102',
    )
    .action(async (area: string, operation: string, options: CountOptions) => {
      const settings = readSettings(process.env, [
        'RASTER_CACHE_DIR',
        'RASTER_CACHE_BYTES',
        'TALLY_URL',
        'MULTI_LIMIT',
      ]);
      const { TALLY_URL: url } = settings;
      const onError = (error: Error) =>
        console.error(`catchment: tallies (cells are counted instead): ${error.message}`);
      const operations = await openOperations({
        catalogPath: catalogPath(options.catalog, process.env),
        rasterCache: rasterCacheOf(settings),
        tallies: url === undefined ? undefined : { url, onError },
      });
      const bar = tileBar();
      try {
        const { catalog } = operations;
        const isMany = catalog.operations.get(operation)?.isMany === true;
        const { crs, layer } = options;
        const asked = await readAreas(area, { each: options.each ? 'asked' : isMany, crs, layer });
        refuseFiles(asked, options);
        const spread = spreadChoice({ operation, ...readChoice(options) }, catalog, settings.MULTI_LIMIT);
        if (isRefusal(spread)) throw new NotUnderstood(refusalText(spread));
        const results = await countHere(operations, {
          choices: spread.choices,
          areas: asked.areas.map((one) => areaToCount(one, options, catalog)),
          lines: options.lines === undefined ? undefined : await readLines(options.lines, options),
          onTiles: bar.update,
        });
        bar.stop();
        sayNotes(asked);
        console.log(resultsText(results, asked, { ...options, isMany, catalog, values: valuesOf(spread) }));
      } finally {
        bar.stop();
        await operations.close();
      }
    });
  return choiceOptions(command);
}

function areaToCount({ name, area, stored }: AskedArea, options: CountOptions, catalog: Catalog): AreaToCount {
  if (stored !== undefined) return stored;
  if (typeof area === 'string') return referenceOf(area, options, catalog);
  const parsed = parseArea(area, { ...unlimited, crs: options.crs });
  if (isRefusal(parsed)) throw new Error(`${name}: ${parsed.problem}`);
  return parsed.area;
}

async function readLines(path: string, { crs }: CountOptions) {
  const parsed = parseLines(await readGeoJson(path), { ...unlimited, crs });
  if (isRefusal(parsed)) throw new Error(`${path}: ${parsed.problem}`);
  return parsed.lines;
}
