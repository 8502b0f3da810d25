/** Makes the sample data in .catchment/sample, where they are not there yet: node sample/make.ts */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeBasin } from './basin.ts';
import { cellsOfClimate, seasons } from './climate.ts';
import { writeGeoPackage } from './geopackage-writer.ts';
import { geotiffOf, type RasterToWrite } from './geotiff-writer.ts';
import { otherYears } from './landcover.ts';
import { grid, lonLatOf } from './place.ts';
import type { Watershed } from './watersheds.ts';

const here = import.meta.dirname;
const folder = join(here, '../.catchment/sample');
const stamp = stampOfSources();
if (!isMade()) {
  const before = performance.now();
  console.log('Making the sample, a synthetic river basin, in .catchment/sample …');
  const fresh = `${folder}.${process.pid}`;
  removeLeft();
  make(fresh);
  takePlace(fresh);
  console.log(`Made it in ${((performance.now() - before) / 1000).toFixed(1)} s.`);
}

/** Puts what was made in its place, unless another process was quicker: others may read that. */
function takePlace(fresh: string): void {
  const old = `${fresh}.old`;
  try {
    if (isMade()) return;
    if (existsSync(folder)) renameSync(folder, old);
    // Another process may have taken the place just before it was freed.
    renameSync(isMade(old) ? old : fresh, folder);
  } catch (error) {
    if (!isMade()) throw error;
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

/** Removes what processes have left that were killed while they made the sample. */
function removeLeft(): void {
  const project = dirname(folder);
  mkdirSync(project, { recursive: true });
  for (const name of readdirSync(project)) {
    const [, pid] = /^sample\.(\d+)(\.old)?$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(project, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function stampOfSources(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(here)
    .filter((name) => /(?<!test)\.(ts|yaml)$/.test(name))
    .sort())
    hash.update(readFileSync(join(here, file)));
  return hash.digest('hex');
}

function isMade(where = folder): boolean {
  const file = join(where, 'stamp');
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

function make(into: string): void {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const { huc8, huc12, streams, climate, ...basin } = makeBasin(grid);
  const write = (name: string, raster: Omit<RasterToWrite, keyof typeof grid> & Partial<typeof grid>) =>
    writeFileSync(join(into, `${name}.tif`), geotiffOf({ ...grid, ...raster }));
  write('landcover', { samples: basin.landcover, nodata: 0 });
  for (const year of otherYears) write(`landcover_${year}`, { samples: basin.landcoverIn[year], nodata: 0 });
  write('soil', { samples: basin.soil, nodata: 0 });
  write('elevation', { samples: basin.elevation, nodata: -9999 });
  write('slope', { samples: basin.slope, nodata: 255 });
  write('people', { samples: basin.people, nodata: 255 });
  const coarse = { width: climate.width, height: climate.height, cell: grid.cell * cellsOfClimate };
  for (const season of seasons)
    write(`precipitation_${season}`, { ...coarse, samples: climate.precipitation[season], nodata: -9999 });
  writeGeoPackage(join(into, 'basin.gpkg'), [
    { table: 'huc8', title: 'Synthetic subbasins', idColumn: 'huc8', areas: huc8.map(inLonLat) },
    { table: 'huc12', title: 'Synthetic subwatersheds', idColumn: 'huc12', areas: huc12.map(inLonLat) },
  ]);
  const features = streams.map(({ order, line }) => ({
    type: 'Feature',
    properties: { streamorder: order },
    geometry: { type: 'LineString', coordinates: line.map(([column, row]) => lonLatOf(column, row)) },
  }));
  writeFileSync(join(into, 'streams.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  copyFileSync(join(here, 'catalog.yaml'), join(into, 'catalog.yaml'));
  writeFileSync(join(into, 'stamp'), stamp);
}

function inLonLat({ rings, ...watershed }: Watershed) {
  const areas = rings.map(
    (ring) => Math.abs(ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0)) / 2,
  );
  const cells = areas.reduce((rest, hole, i) => (i === 0 ? hole : rest - hole), 0);
  const areasqkm = Math.round((cells * grid.cell * grid.cell) / 1e3) / 1e3;
  return { ...watershed, areasqkm, rings: rings.map((ring) => ring.map(([column, row]) => lonLatOf(column, row))) };
}
