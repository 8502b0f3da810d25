import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** A file of this run; all of them go when it ends. */
export function scratch(name: string): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'catchment-attack-files-'));
    process.once('exit', () => rmSync(folder as string, { recursive: true, force: true }));
  }
  return join(folder, name);
}

/** The folder of the sample's files. */
export const sampleFolder = join(import.meta.dirname, '../.catchment/sample');

/** A request that counts the cells of a raster in an area of the sample. */
export function countIn(raster: string): string[] {
  const catalog = scratch('raster.yaml');
  writeFileSync(
    catalog,
    `rasters: { hostile: { url: "${raster}" } }
operations: { cells: { type: groupedCount, rasters: [hostile] } }
areas: { huc12: { source: ${sampleFolder}/basin.gpkg, table: huc12, id: huc12 } }
`,
  );
  return ['count', 'huc12/990101010101', 'cells', '--catalog', catalog];
}
