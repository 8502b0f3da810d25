import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { catalogText } from '@cellshed/catalog';
import { Command } from 'commander';
import { makeCatalog } from '../init/make-catalog.ts';
import { madeJson, madeText } from '../init/summary-text.ts';
import { asTyped } from '../text/as-typed.ts';
import { helpText } from '../text/help-output.ts';

interface InitOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `catchment init`: a catalog of one's own rasters and polygons. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a catalog of your own rasters and polygons')
    .argument(
      '<files...>',
      'rasters (.tif, .vrt; files or URLs), polygons (.gpkg, .geojson, .fgb, .parquet, .shp, .zip), and folders of them',
    )
    .option('--out <file>', 'the catalog to write; one that is there is not replaced', 'catalog.yaml')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
It reads the names and colours of classes from the rasters' files, else looks at some of their cells: few whole numbers are taken for classes, others for numbers.
It chooses the properties with the ids and the names of polygons.
Then it writes operations that suit: counts of classes, counts of the first raster's classes by another's, and statistics of numbers.

Rasters that are counted together must have the same cells. For each that does not align with the first one, it prints the gdalwarp command that makes one which does.

Example:
  catchment init landcover.tif soil.tif huc12.gpkg --out catalog.yaml
  catchment init data/
  catchment init https://example.org/landcover.tif fields.geojson --json`,
    )
    .action(async (files: string[], { out, json }: InitOptions) => {
      if (existsSync(out)) throw new Error(isThere(out));
      const made = await makeCatalog(files, out);
      await writeNew(out, await catalogText(made.file, headOf(files)));
      if (json) return console.log(JSON.stringify(madeJson(made, out)));
      const [operation] = Object.keys(made.file.operations);
      const table = made.tables.find(({ example }) => example !== undefined);
      const examples = [
        `catchment catalog show --catalog ${out}`,
        ...(table ? [`catchment count ${table.name}/${table.example} ${operation} --catalog ${out}`] : []),
      ];
      const text = `${madeText(made, out)}\n\nTry it:\n${examples.map((line) => `  ${line}`).join('\n')}`;
      console.log(helpText(asTyped(text), process.stdout.columns));
    });
}

function headOf(files: readonly string[]): string {
  return ` Made by: catchment init ${files.join(' ')}\n docs/architecture.md describes what else a catalog may say.`;
}

function isThere(path: string): string {
  return `${path} is there already; --out names another file`;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Error(isThere(path), { cause });
    throw new Error(`${path} cannot be written: ${message}`, { cause });
  }
}
