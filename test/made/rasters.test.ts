import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crsFromText, sameCrs } from '@cellshed/crs';
import { allSamples, withRaster } from '../../packages/raster/test/fixture-files.ts';
import { describeStatisticsFigures } from '../statistics-suite.ts';
import { answers } from './answers.ts';
import { smallAreas } from './country.ts';
import { digest, writeCountry } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-made-'));
const pathOf = (raster: string) => join(folder, raster);
beforeAll(() => writeCountry(folder, ['land', 'soil', 'flow', 'terrain', 'heights', 'fields']));
afterAll(() => rmSync(folder, { recursive: true }));

const arrays = { uint8: Uint8Array, int16: Int16Array, float32: Float32Array };

it.each(Object.entries(answers.rasters))('%s is what GDAL finds in it', async (name, told) => {
  await withRaster({ url: pathOf(`${name}.tif`) }, async (raster) => {
    const { originX, originY, cellWidth, cellHeight, width, height, crs } = raster.grid;
    expect({ origin: [originX, originY], cell: [cellWidth, cellHeight], size: [width, height] }).toEqual({
      origin: told.origin,
      cell: told.cell,
      size: told.size,
    });
    expect(sameCrs(crs, crsFromText(told.crs))).toBe(true);
    expect([raster.sampleType, raster.nodata ?? null]).toEqual([told.sampleType, told.nodata]);
    const samples = (await allSamples(raster)) as number[];
    const stored = arrays[raster.sampleType as keyof typeof arrays].from(samples);
    expect(digest(Buffer.from(stored.buffer))).toBe(told.digest);
  });
});

const areas = new Map(smallAreas().map(({ id, polygons }) => [id, polygons]));

describeStatisticsFigures('statistics of made rasters', answers.statistics, {
  pathOf,
  areaOf: (id) => areas.get(id)!,
});
