import { type Catalog, type CatalogRaster, loadCatalog, misalignments } from '@cellshed/catalog';
import { type Refusal, refusalText } from '@cellshed/contracts';
import type { Raster } from '@cellshed/raster';
import { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { catalogOption } from '../options/serving-options.ts';
import { showRaster } from '../shown-raster.ts';
import { shownRasterText } from '../text/shown-raster-text.ts';

interface ShowOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment catalog show`: what Catchment has read of the rasters. */
export function catalogShowCommand(): Command {
  return catalogOption(new Command('show'))
    .description('print how each raster was understood, and what its file says: CRS, GeoKeys, no data, cells, tiles')
    .argument('[rasters...]', 'only these rasters of the catalog')
    .option('--json', 'print a line of JSON for each')
    .addHelpText(
      'after',
      '\nExit codes: 0 all can be used, 1 some cannot (and why), 2 not understood.\n\nExample:\n  catchment catalog show\n  catchment catalog show landcover --json | jq .file.facts.geoKeys',
    )
    .action(async (names: string[], { catalog: file, json }: ShowOptions, command: Command) => {
      const catalog = await loadCatalog(catalogPath(file, process.env), { withoutFiles: true });
      const opened = new Map<string, Raster>();
      // Rasters are opened at the same time, and printed in their order.
      const looks = rastersAsked(command, catalog, names).map((raster) => showRaster(raster));
      for (const [i, look] of looks.entries()) {
        const one = await look;
        if (one.opened) opened.set(one.shown.name, one.opened);
        const text = json ? JSON.stringify(one.shown) : shownRasterText(one.shown, process.stdout.columns ?? 100);
        console.log(json || i === 0 ? text : `\n${text}`);
      }
      const faults = misalignments(catalog, opened);
      for (const fault of faults) console.error(faultText(fault));
      if (opened.size < looks.length || faults.length > 0) process.exitCode = exitCodes.couldNotRun;
    });
}

function rastersAsked(command: Command, { rasters }: Catalog, names: readonly string[]): CatalogRaster[] {
  if (names.length === 0) return [...rasters.values()];
  return names.map((name) => {
    const found = rasters.get(name);
    if (found) return found;
    const known = [...rasters.keys()].join(', ') || 'none';
    return command.error(`catchment: no raster is called ${JSON.stringify(name)}; expected one of ${known}`, {
      exitCode: exitCodes.notUnderstood,
    });
  });
}

function faultText(fault: Refusal): string {
  return `catchment: ${refusalText(fault)}`;
}
