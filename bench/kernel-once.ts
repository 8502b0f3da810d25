/** One process of the kernel bench: node kernel-once.ts INPUTS POLYGON REPETITIONS. Prints what it measured as JSON. */
import { readFileSync } from 'node:fs';
import { cellsOf, countGroups, openRaster, planTiles, projectToCells, spansOf, stackRasters } from '@catchment/raster';

const [inputs = '', polygon = '', repetitions = ''] = process.argv.slice(2);
const collection = JSON.parse(readFileSync(`${inputs}/polys/${polygon}.lonlat.geojson`, 'utf8'));
const { type, coordinates } = collection.features[0].geometry;
const polygons = type === 'Polygon' ? [coordinates] : coordinates;

async function count() {
  const rasters = await Promise.all([
    openRaster({ name: 'nlcd', url: `${inputs}/nlcd.tif`, nodata: 'none' }),
    openRaster({ name: 'soil', url: `${inputs}/soil.tif`, nodata: 'none' }),
  ]);
  const stack = stackRasters(rasters);
  const cells = projectToCells(polygons, stack.grid);
  cellsOf(cells);
  const spans = spansOf(cells, stack.bounds);
  const { runs } = planTiles(stack, spans);
  const counts = await countGroups({ stack, spans, tiles: runs });
  await Promise.all(rasters.map((raster) => raster.close()));
  return counts;
}

const times: number[] = [];
let counts = await count();
for (let repetition = 0; repetition < Number(repetitions); repetition++) {
  const before = performance.now();
  counts = await count();
  times.push(performance.now() - before);
}
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    cells: counts.cells,
    milliseconds: times[Math.floor(times.length / 2)],
    peakMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
    counts: Object.fromEntries(counts.groups.map(({ values, cells }) => [values.join(','), cells])),
  }),
);
