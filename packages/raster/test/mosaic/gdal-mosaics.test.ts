import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openRaster } from '../../src/open-raster.ts';
import { cellsOf, folderOf } from './pictures-of-parts.ts';

/**
 * Files, a VRT of them that GDAL made, and the cells that rasterio reads from it
 * (`make-mosaics.py`).
 */
interface Case {
  readonly name: string;
  readonly band: number;
  readonly vrt: string;
  readonly files: Readonly<Record<string, string>>;
  /**
   * The files in the order in which they are on top of each other, if a list of them is the same
   * raster.
   */
  readonly list: readonly string[] | null;
  readonly values: readonly (readonly (number | null)[])[];
}

const lines = gunzipSync(readFileSync(join(import.meta.dirname, 'gdal-mosaics.jsonl.gz'))).toString();
const cases = lines
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

async function read(one: Case, urlOf: (at: (name: string) => string) => string | readonly string[]) {
  const files = Object.entries(one.files).map(([name, content]) => [name, Buffer.from(content, 'base64')] as const);
  await using folder = await folderOf(Object.fromEntries(files));
  writeFileSync(folder.at('all.vrt'), one.vrt.replaceAll('{folder}', folder.path));
  const raster = await openRaster({ name: 'land', url: urlOf(folder.at), band: one.band });
  try {
    return { cells: await cellsOf(raster), isNodata: raster.nodata !== undefined };
  } finally {
    await raster.close();
  }
}

describe('what rasterio reads from a VRT', () => {
  it.each(cases)('is read: $name, band $band', async (one) => {
    expect((await read(one, (at) => at('all.vrt'))).cells).toEqual(one.values);
  });

  it.each(cases.filter(({ list }) => list !== null))('is read from a list of its files: $name', async (one) => {
    const { cells } = await read(one, (at) => (one.list ?? []).map(at));
    // Cells without a file, and without a no-data value, are 0 in a VRT, which none of these files
    // has, and no data in a list.
    expect(cells).toEqual(one.values.map((row) => row.map((value) => (value === 0 ? null : value))));
  });
});
