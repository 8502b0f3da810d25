import { mkdirSync, writeFileSync } from 'node:fs';
import { writeGeoPackage } from '../../sample/geopackage-writer.ts';
import { areaOf } from './outlines.ts';
import { type Partition, partition } from './partition.ts';
import { patchwork } from './patches.ts';
import { grid, lonLatOf, type Ring } from './place.ts';
import { writeRaster } from './raster-file.ts';
import { land, soil } from './recipes.ts';

/** The whole grid of the National Land Cover Database. */
export const country = { originX: -2493045, originY: 3310005, width: 161_190, height: 104_424 } as const;

/** The value that `soil.tif` calls no data. It has such cells. */
const noSoil = 255;

/** The part of the rasters that is made, 64 by 63 tiles of 512 cells; they repeat it. */
const pattern = { width: 64 * 512, height: 63 * 512 } as const;

/** The areas cover this many blocks of one size, each cut into areas in a way of its own. */
export const blocks = { across: 7, down: 5 } as const;
export const block = { width: 23_024, height: 20_880, across: 54, down: 53 } as const;
export const areasOfBlock = block.across * block.down;

/**
 * Writes land cover and soil of the size of the conterminous United States at 30 m, whose tiles
 * share their bytes, so that files stay small; and a table of areas as large as HUC-12s that tile
 * them, each with the next one downstream. The areas leave out a rim of less than a tile.
 */
export async function makeCountry(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/catalog.yaml`, catalog);
  await writeRaster(`${folder}/nlcd.tif`, { ...land, ...pattern }, 0, country);
  await writeRaster(`${folder}/soil.tif`, { ...soil, ...pattern }, noSoil, country);
  const title = 'Areas that tile the country';
  writeGeoPackage(`${folder}/huc12.gpkg`, [{ table: 'huc12', title, idColumn: 'id', areas: areas() }]);
  writeFileSync(`${folder}/counts.json`, JSON.stringify(countsOfAll()));
}

const catalog = `rasters:
  nlcd: { url: nlcd.tif }
  soil: { url: soil.tif }
operations:
  nlcd_soil: { type: groupedCount, rasters: [nlcd, soil] }
areas:
  huc12: { source: huc12.gpkg, table: huc12, id: id, downstream: tohuc }
`;

/**
 * The cells of each pair of values, such as `41,2`, in all areas together, as the rasters are made:
 * nobody has read them from a file.
 */
function countsOfAll(): Record<string, number> {
  const counts = new Float64Array(256 * 256);
  // How often the column or row of the pattern is in the rectangle that the areas tile.
  const timesIn = (rectangle: number, size: number) =>
    Float64Array.from({ length: size }, (_, at) => Math.ceil((rectangle - at) / size));
  const across = timesIn(blocks.across * block.width, pattern.width);
  const down = timesIn(blocks.down * block.height, pattern.height);
  const soils = patchwork({ ...soil, ...pattern }, 512);
  for (const { first, samples } of patchwork({ ...land, ...pattern }, 512)) {
    const beside = soils.next().value!.samples;
    for (let cell = 0; cell < samples.length; cell++) {
      const times = across[cell % pattern.width]! * down[first + Math.floor(cell / pattern.width)]!;
      counts[256 * samples[cell]! + beside[cell]!]! += times;
    }
  }
  const found = Array.from(counts.entries()).filter(([, cells]) => cells > 0);
  return Object.fromEntries(found.map(([pair, cells]) => [`${pair >> 8},${pair & 255}`, cells]));
}

/** The id of an area by its block and its place within, both counted from 0. */
export function areaId(ofBlock: number, index: number): string {
  return `99${String(ofBlock).padStart(4, '0')}${String(index).padStart(6, '0')}`;
}

/** The last area of a block's river: that of its corner. Into the first block's flow all others. */
function downstreamOf(ofBlock: number, index: number): string {
  if (index >= block.across) return areaId(ofBlock, index - block.across);
  if (index > 0) return areaId(ofBlock, index - 1);
  return ofBlock > 0 ? areaId(ofBlock - 1, areasOfBlock - 1) : 'OCEAN';
}

function* areas() {
  for (let ofBlock = 0; ofBlock < blocks.across * blocks.down; ofBlock++) {
    const left = (ofBlock % blocks.across) * block.width;
    const top = Math.floor(ofBlock / blocks.across) * block.height;
    // A partition may fail for one seed: an area may surround another.
    for (const [index, ring] of rings({ ...block, step: 8, seed: 100 + ofBlock }).entries()) {
      yield {
        id: areaId(ofBlock, index),
        name: `Area ${ofBlock}-${index}`,
        areasqkm: Math.abs(areaOf(ring)) * 0.0009,
        tohuc: downstreamOf(ofBlock, index),
        rings: [inLonLat(ring, left, top)],
      };
    }
  }
}

function rings(recipe: Partition): Ring[] {
  try {
    return partition(recipe);
  } catch {
    return rings({ ...recipe, seed: recipe.seed + 1000 });
  }
}

/** The place that `lonLatOf` counts cells from, in cells of the country. */
const shift = {
  columns: (grid.originX - country.originX) / grid.cell,
  rows: (country.originY - grid.originY) / grid.cell,
};

function inLonLat(ring: Ring, left: number, top: number): Ring {
  return ring.map(([column, row]) => lonLatOf([left + column - shift.columns, top + row - shift.rows]));
}
