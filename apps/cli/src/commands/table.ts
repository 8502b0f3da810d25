import { loadCatalog } from '@cellshed/catalog';
import { areaFilterHelp } from '@cellshed/chores';
import { type RowKind, rowKinds } from '@cellshed/tables';
import { Command, Option } from 'commander';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { type ChoiceOptions, operationOptions, readChoice } from '../options/choice-options.ts';
import { threadsOption } from '../options/threads-option.ts';
import { untilStopped } from '../service/until-stopped.ts';
import { askedUnits, type UnitsOptions } from '../tables/asked-units.ts';
import { makeTable } from '../tables/make-table.ts';
import { type PolygonFileOptions, tableAreas } from '../tables/table-areas.ts';
import { checkOut, formatOf } from '../tables/table-file.ts';
import { tableOperations } from '../tables/table-operations.ts';
import { summaryText } from '../tables/table-summary.ts';
import { say } from '../text/say.ts';

interface TableOptions extends ChoiceOptions, UnitsOptions, PolygonFileOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly id?: readonly string[];
  readonly rows?: RowKind;
  readonly threads?: number;
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment table`: the answers of all areas as one table, on this machine, without a queue. */
export function tableCommand(): Command {
  const command = new Command('table')
    .description('answer operations for all areas of a table or file, as one table of rows (no queue, no cache)')
    .argument(
      '<areas>',
      'an area table of the catalog, or a file of polygons (.gpkg, .geojson, .fgb, .parquet, .shp, .zip)',
    )
    .argument('<operations...>', 'operations of the catalog (with every value of parameters that --set does not set)')
    .option('--out <file>', 'the table, by the ending of its name: .csv, .parquet, .geojson or .gpkg (needed)')
    .option('--overwrite', 'replace the table that is there, and kept results of another question')
    .option('--id <patterns...>', "only areas whose id fits a pattern, such as '9901*' (see below)")
    .option('--within <area>', 'only areas that lie in a larger one, such as huc8/99010101')
    .option('--by <property>', 'unite areas by a property, or its first characters: county, huc12:8')
    .option('--upstream', 'add up each area and all that drain into it')
    .addOption(
      new Option('--rows <kind>', 'of a change, rows for its classes with gains and losses').choices(rowKinds),
    );
  return threadsOption(operationOptions(command))
    .option('--layer <name>', 'the layer of a GeoPackage or a ZIP archive that has several')
    .option('--id-from <property>', 'the property of the file that tells areas apart (default: fid or id)')
    .option('--name-from <property>', 'the property of the file that holds names')
    .option('--downstream-from <property>', 'the property that holds the id of the next area downstream')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
A row is an area and a group: its values with their labels, cells, m², per cent. Averages and statistics have a row for each area.
--by makes an area of all that have the same value of a property: each cell counts once. Its id is the value.
--within and --upstream need a table whose areas name what they lie in, and the next one downstream (areas.<table>.within and .downstream in the catalog).
Stopped or killed, the same command goes on, also with --overwrite. Areas that cannot be computed are listed at the end, and do not stop the others.

${areaFilterHelp}

${exitCodeHelp}

Example:
  catchment table huc12 landcover --out landcover.csv
  catchment table huc12 precipitation mean_elevation --coverage fraction --out climate.parquet
  catchment table huc12 landcover --by county --out counties.gpkg
  catchment table huc12 landcover --within huc8/99010101 --out part.csv
  catchment table huc12 landcover --upstream --out upstream.csv
  catchment table huc12 landcover_change --set from=2001 --set to=2021 --rows classes --out change.csv
  catchment table fields.gpkg landcover_soil --id-from code --name-from name --out soils.gpkg`,
    )
    .action(async (areas: string, operations: string[], { out, ...others }: TableOptions, self: Command) => {
      // Areas and operations are asked for first, then the file.
      if (out === undefined) return self.error("error: option '--out <file>' is missing");
      const options = { ...others, out };
      const format = formatOf(options.out);
      const path = catalogPath(options.catalog, process.env);
      const catalog = await loadCatalog(path);
      const ahead = tableOperations(operations, readChoice(options), catalog);
      const where = tableAreas(areas, options, catalog);
      const units = askedUnits(options, where, ahead);
      await checkOut(options.out, { overwrite: options.overwrite ?? false, inputs: where.files });
      const stop = new AbortController();
      void untilStopped().then((signal) => stop.abort(new Error(`stopped by ${signal}`)));
      const work = {
        ...options,
        format,
        catalogPath: path,
        areas: where,
        units,
        operations: ahead,
        signal: stop.signal,
      };
      const summary = await makeTable(work);
      const isForStderr = summary.outcome === 'stopped' && !options.json;
      if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      else say(summaryText(summary), isForStderr ? process.stderr : process.stdout);
      if (summary.outcome === 'stopped') process.exitCode = exitCodes.interrupted;
      else if (summary.failed > 0) process.exitCode = exitCodes.endedWithFailures;
    });
}
