import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crsFromText } from '@cellshed/crs';
import { type Grid, openRaster, projectToCells, spansOf } from '@cellshed/raster';
import { areaOf, inputAreas, outline } from '../inputs-maker/outlines.ts';
import { partition } from '../inputs-maker/partition.ts';
import { type Patchwork, patchwork } from '../inputs-maker/patches.ts';
import { grid, lonLatOf, type Position } from '../inputs-maker/place.ts';
import { writeRaster } from '../inputs-maker/raster-file.ts';
import { land, soil } from '../inputs-maker/recipes.ts';

const [width, height] = [1200, 700];
const small = { ...land, width, height };
const samplesOf = (recipe: Patchwork, rowsAtOnce = 512) =>
  Buffer.concat(Array.from(patchwork(recipe, rowsAtOnce), ({ samples }) => samples));

it('the same recipe makes the same cells, however many rows are made at once', () => {
  expect(samplesOf(small).equals(samplesOf(small, 130))).toBe(true);
  expect(samplesOf(small).subarray(0, 16).toString('hex')).toMatchInlineSnapshot(`"15151515151515151515151552151515"`);
});

it('land cover has 16 values in runs of about 9 cells, soil 8 in runs of about 36', () => {
  const [cover, group] = [land, soil].map((recipe) => samplesOf({ ...recipe, width: 2048, height: 2048 })) as [
    Buffer,
    Buffer,
  ];
  expect([new Set(cover).size, new Set(group).size]).toEqual([16, 8]);
  expect(runLength(cover)).toBeGreaterThan(7);
  expect(runLength(cover)).toBeLessThan(12);
  expect(runLength(group)).toBeGreaterThan(27);
  expect(runLength(group)).toBeLessThan(48);
});

it('a raster is written as it is made, the last tiles filled up', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-bench-'));
  const path = join(folder, 'land.tif');
  await writeRaster(path, small, 0);
  const raster = await openRaster({ name: 'land', url: path });
  const expected = samplesOf(small);
  expect(raster.grid).toMatchObject({ width, height });
  const read = Buffer.alloc(expected.length);
  for (const [column, row] of [0, 1].flatMap((down) => [0, 1, 2].map((across) => [across, down] as const))) {
    const tile = (await raster.readTile(column, row)) as Uint8Array;
    const across = Math.min(512, width - column * 512);
    for (let line = 0; line < Math.min(512, height - row * 512); line++)
      read.set(tile.subarray(line * 512, line * 512 + across), (row * 512 + line) * width + column * 512);
  }
  expect(read.equals(expected)).toBe(true);
  await raster.close();
  rmSync(folder, { recursive: true });
});

it('areas have as many cells as they are to have, and lie on the rasters', () => {
  for (const { name, polygons } of inputAreas()) {
    const kinds = { huc12: 1.1e5, huc8: 2.2e6, huc4: 4.4e7, huc2: 2.5e8, two: 1.9e6 };
    const cells = polygons.flat().reduce((sum, ring) => sum + areaOf(ring), 0);
    expect(cells / kinds[name.split('_')[0] as keyof typeof kinds]).toBeCloseTo(1, 6);
    const isOn = ([column, row]: Position) => column > 0 && column < grid.width && row > 0 && row < grid.height;
    expect(polygons.flat(2).every(isOn)).toBe(true);
  }
});

it('an outline is seen whole from its centre: its angles rise', () => {
  const ring = outline({ cells: 1e6, vertices: 400, rough: 0.5, seed: 3, centre: [5000, 6000] });
  const angles = ring.slice(0, -1).map(([x, y]) => Math.atan2(y - 6000, x - 5000));
  const rises = angles.map((angle, i) => (angle - angles.at(i - 1)! + 4 * Math.PI) % (2 * Math.PI));
  expect(Math.max(...rises)).toBeLessThan(Math.PI);
  expect(rises.reduce((sum, rise) => sum + rise, 0)).toBeCloseTo(2 * Math.PI);
});

it('an outline that does not stray is an ellipse, as wide by its height as it is to be', () => {
  const ring = outline({ cells: 1e6, vertices: 400, rough: 0, seed: 3, centre: [5000, 6000], aspect: 1.2 });
  const extent = (which: 0 | 1) =>
    Math.max(...ring.map((place) => place[which])) - Math.min(...ring.map((place) => place[which]));
  expect(extent(0) / extent(1)).toBeCloseTo(1.2);
});

it('every cell of the region lies in exactly one area of a partition', () => {
  const region = { width: 480, height: 400 };
  const rings = partition({ ...region, step: 8, across: 5, down: 4, seed: 5 });
  const taken = new Uint8Array(region.width * region.height);
  const window = { firstColumn: 0, endColumn: region.width, firstRow: 0, endRow: region.height };
  for (const ring of rings) {
    const { firstRow, rowStarts, columns } = spansOf(projectToCells([[ring.map(lonLatOf)]], inCells), window);
    for (let row = 0; row + 1 < rowStarts.length; row++) {
      for (let span = rowStarts[row]!; span < rowStarts[row + 1]!; span++) {
        for (let column = columns[2 * span]!; column < columns[2 * span + 1]!; column++)
          taken[(firstRow + row) * region.width + column]! += 1;
      }
    }
  }
  expect(rings).toHaveLength(20);
  expect(taken.every((times) => times === 1)).toBe(true);
  expect(rings.every((ring) => areaOf(ring) > 2000)).toBe(true);
});

/** The mean length of a run of equal cells, row after row. */
function runLength(samples: Buffer): number {
  let runs = 1;
  for (let i = 1; i < samples.length; i++) if (samples[i] !== samples[i - 1]) runs++;
  return samples.length / runs;
}

/** The grid of the inputs, as an open raster has it. */
const inCells: Grid = {
  crs: crsFromText('EPSG:5070'),
  originX: grid.originX,
  originY: grid.originY,
  cellWidth: grid.cell,
  cellHeight: grid.cell,
  width: grid.width,
  height: grid.height,
};
