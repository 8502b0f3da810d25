import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster } from '@cellshed/raster';
import { type Basin, makeBasin } from './basin.ts';
import { cellsOfClimate, seasons } from './climate.ts';
import { geotiffOf } from './geotiff-writer.ts';
import { grid } from './place.ts';
import { ocean, type Watershed } from './watersheds.ts';

const size = { width: 1000, height: 900 };
const basin = makeBasin(size, 5000);

const hashOf = ({ huc8, huc12, streams, climate, ...basin }: Basin) => {
  const rasters = [
    basin.landcover,
    ...Object.values(basin.landcoverIn),
    basin.soil,
    basin.people,
    basin.elevation,
    basin.slope,
  ];
  return [...rasters, ...Object.values(climate.precipitation), Buffer.from(JSON.stringify([huc8, huc12, streams]))]
    .reduce((hash, part) => hash.update(part), createHash('sha256'))
    .digest('hex');
};

it('the same size makes the same basin', () => {
  expect(hashOf(makeBasin(size, 5000))).toBe(hashOf(basin));
});

it('the sample is large enough to look like the real thing', () => {
  expect(Math.min(grid.width, grid.height)).toBeGreaterThanOrEqual(2048);
});

it('it lies on the NLCD grid', () => {
  expect([(grid.originX + 2493045) % 30, (3310005 - grid.originY) % 30, grid.cell]).toEqual([0, 0, 30]);
});

it('rings are closed, and codes are those of a region that does not exist', () => {
  for (const { id, rings } of [...basin.huc8, ...basin.huc12]) {
    expect(id).toMatch(/^9901/);
    for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
  }
});

/** Segments, each once in each direction that it is run through. */
function segments(watersheds: readonly Watershed[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rings } of watersheds) {
    for (const ring of rings) {
      for (const [index, end] of ring.slice(1).entries()) {
        const segment = `${ring[index]} ${end}`;
        counts.set(segment, (counts.get(segment) ?? 0) + 1);
      }
    }
  }
  return counts;
}

const reversed = (segment: string) => segment.split(' ').reverse().join(' ');

it('watersheds share their borders vertex by vertex, and no other ground', () => {
  const all = segments(basin.huc12);
  expect([...all.values()].every((times) => times === 1)).toBe(true);
  expect([...all.keys()].filter((segment) => all.has(reversed(segment))).length).toBeGreaterThan(100);
});

it('the subwatersheds of a subbasin make exactly the subbasin', () => {
  for (const subbasin of basin.huc8) {
    const parts = segments(basin.huc12.filter(({ id }) => id.startsWith(subbasin.id)));
    const outer = [...parts.keys()].filter((segment) => !parts.has(reversed(segment)));
    expect(new Set(outer)).toEqual(new Set(segments([subbasin]).keys()));
  }
});

it('streams run downhill', () => {
  const metres = ([column, row]: readonly [number, number]) =>
    basin.elevation[Math.floor(row) * size.width + Math.floor(column)] ?? 0;
  const downhill = basin.streams.filter(({ line }) => metres(line[0]!) >= metres(line.at(-1)!) - 6);
  expect(downhill.length / basin.streams.length).toBeGreaterThan(0.95);
});

const developed = (code: number) => code >= 21 && code <= 24;

it('in 2040 towns are larger, and whatever they do not reach is as it was', () => {
  const { landcover, landcoverIn } = basin;
  const changed = landcoverIn[2040].filter((code, cell) => code !== landcover[cell]);
  expect(changed.length).toBeGreaterThan(landcover.length / 100);
  expect(changed.every(developed)).toBe(true);
});

it('from 2001 to 2021 towns grow year by year, and what was a town stays one', () => {
  const { landcover, landcoverIn } = basin;
  const all = [landcoverIn[2001], landcoverIn[2011], landcover];
  const cells = all.map((year) => year.filter(developed).length) as [number, number, number];
  expect(cells).toEqual(cells.toSorted((a, b) => a - b));
  expect(cells[2] / cells[0]).toBeGreaterThan(1.05);
  for (const [i, year] of all.slice(1).entries())
    expect(all[i]!.every((code, cell) => !developed(code) || developed(year[cell]!))).toBe(true);
});

it.each(['huc8', 'huc12'] as const)('each of %s drains into a neighbour, and all of them to one outlet', (table) => {
  const byId = new Map(basin[table].map((one) => [one.id, one]));
  const outlets = basin[table].filter(({ tohuc }) => !byId.has(tohuc));
  expect(outlets.map(({ tohuc }) => tohuc)).toEqual([ocean]);
  for (const { id, rings, tohuc } of basin[table]) {
    const below = byId.get(tohuc);
    if (!below) continue;
    const border = segments([below]);
    expect(
      [...segments([{ id, name: '', tohuc, county: '', rings }]).keys()].some((one) => border.has(reversed(one))),
    ).toBe(true);
    let [at, steps] = [id, 0];
    while (byId.has(at) && steps <= byId.size) [at, steps] = [byId.get(at)!.tohuc, steps + 1];
    expect(at).toBe(ocean);
  }
});

it('counties cut across watersheds', () => {
  const of = (prefix: string) =>
    new Set(basin.huc12.filter(({ id }) => id.startsWith(prefix)).map((one) => one.county));
  expect(of('').size).toBe(4);
  expect(basin.huc8.some(({ id }) => of(id).size > 1)).toBe(true);
});

it('most people live in towns, and nobody in water', () => {
  const { landcover, people } = basin;
  const livingWhere = (holds: (code: number) => boolean) =>
    people.reduce((sum, here, cell) => sum + (holds(landcover[cell]!) ? here : 0), 0);
  expect(livingWhere(developed) / livingWhere(() => true)).toBeGreaterThan(0.9);
  expect(livingWhere((code) => code === 11)).toBe(0);
});

it('seasons are wetter on high ground', () => {
  const { width, precipitation } = basin.climate;
  const metres = (cell: number) => {
    const [column, row] = [cell % width, Math.floor(cell / width)].map((at) => (at + 0.5) * cellsOfClimate);
    return basin.elevation[row! * size.width + column!]!;
  };
  const cells = precipitation.winter.length;
  const byHeight = Array.from({ length: cells }, (_, cell) => cell).sort((a, b) => metres(a) - metres(b));
  const mean = (values: Int16Array, some: readonly number[]) =>
    some.reduce((sum, cell) => sum + values[cell]!, 0) / some.length;
  for (const season of seasons) {
    const values = precipitation[season];
    const third = Math.floor(cells / 3);
    expect(mean(values, byHeight.slice(-third))).toBeGreaterThan(mean(values, byHeight.slice(0, third)));
  }
});

it('a raster reads back as it was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-sample-'));
  try {
    for (const samples of [basin.landcover, basin.elevation]) {
      const url = join(folder, 'raster.tif');
      writeFileSync(url, geotiffOf({ ...grid, ...size, samples, nodata: 0 }));
      const raster = await openRaster({ name: 'sample', url });
      const { tiling } = raster;
      const read = new (samples.constructor as typeof Int16Array)(samples.length);
      for (let row = 0; row < tiling.down; row++) {
        for (let column = 0; column < tiling.across; column++) {
          const tile = await raster.readTile(column, row);
          for (let y = row * 512; y < Math.min(size.height, (row + 1) * 512); y++) {
            const width = Math.min(512, size.width - column * 512);
            const start = (y - row * 512) * 512;
            read.set(tile!.subarray(start, start + width) as Int16Array, y * size.width + column * 512);
          }
        }
      }
      expect(Buffer.from(read.buffer).equals(Buffer.from(samples.buffer))).toBe(true);
      expect(raster.nodata).toBe(0);
      await raster.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
