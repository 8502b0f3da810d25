import proj4 from 'proj4';
import { type Partition, partition } from '../../bench/inputs-maker/partition.ts';
import { type Patchwork, patchwork } from '../../bench/inputs-maker/patches.ts';
import { bitsAt, randomAt } from '../../bench/inputs-maker/random.ts';
import { land as landRecipe } from '../../bench/inputs-maker/recipes.ts';
import type { RasterToWrite } from '../../sample/geotiff-writer.ts';
import { fractalNoise } from '../../sample/noise.ts';
import { boxRing } from '../box-ring.ts';

/*
 * A country that does not exist, the same one every time: rasters, areas and streams. All is made
 * of whole numbers and of sums, products and quotients, which are the same on every machine.
 */

/** The country's main grid, that of the National Land Cover Database, west of the Delaware. */
export const grid = {
  epsg: 5070,
  originX: -2493045 + 30 * 137_500,
  originY: 3310005 - 30 * 37_000,
  cell: 30,
  width: 1024,
  height: 832,
} as const;

type Position = readonly [number, number];
export type Ring = readonly Position[];

export interface CountryArea {
  readonly id: string;
  readonly name: string;
  /** Longitudes and latitudes; rings are closed. */
  readonly polygons: readonly (readonly Ring[])[];
}

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs';
const converter = proj4('WGS84', albers);

/** Longitude and latitude of a place in cells of the main grid, to a centimetre. */
function lonLatOf([column, row]: Position): Position {
  const { originX, originY, cell } = grid;
  const [longitude, latitude] = converter.inverse<[number, number]>([originX + column * cell, originY - row * cell]);
  return [Number(longitude.toFixed(7)), Number(latitude.toFixed(7))];
}

/**
 * Twenty areas of some 30,000 cells whose borders wind as those of watersheds do, several vertices
 * to a few cells; neighbours share each vertex. The outermost borders run through the middles of
 * cells in one direction and along their sides in the other, to a centimetre.
 */
const fine: Partition = { width: 900, height: 700, step: 1.25, across: 5, down: 4, seed: 5 };
const coarse: Partition = { width: 900, height: 700, step: 10, across: 2, down: 2, seed: 6 };
const corner: Position = [50.5, 60];

const places = (ring: Ring): Ring => ring.map(([x, y]) => lonLatOf([corner[0] + x, corner[1] + y]));

/**
 * The small areas, and some that are made of such rings: of two parts, with holes, of two parts
 * that overlap, narrower than a cell.
 */
export function smallAreas(): CountryArea[] {
  const rings = partition(fine).map(places);
  const small = rings.map((ring, index) => area(`9901${two(index)}`, `Creek ${index}`, [[ring]]));
  const around = places(box(0, 0, fine.width, fine.height));
  const own = (index: number) => rings[index]!.toReversed();
  return [
    ...small,
    area('990190', 'Two creeks', [[rings[3]!], [rings[16]!]]),
    area('990191', 'All but two creeks', [[around, own(7), own(11)]]),
    // Two rings of one polygon would be even–odd: these are two polygons.
    area('990193', 'A creek and a part of it again', [[rings[8]!], [places(box(300.3, 200.6, 560.2, 330.7))]]),
    // Across the whole country.
    area('990192', 'A canal', [[places(sliver)]]),
  ];
}

/**
 * Areas on the grid of `heights` whose vertices lie exactly on lines between rows, and on lines
 * between columns or in the middle of them: borders run through centres and corners of cells.
 */
export function alignedAreas(): CountryArea[] {
  const { originX, originY, cell, cellHeight = cell } = heightsGrid();
  const snapped = ([x, y]: Position): Position => [
    originX + (40 + Math.round(2 * x) / 2) * cell,
    originY - (30 + Math.round(y)) * cellHeight,
  ];
  const rings = partition({ width: 480, height: 360, step: 8, across: 4, down: 3, seed: 7 });
  return rings.map((ring, index) => area(`9902${two(index)}`, `Field ${index}`, [[ring.map(snapped)]]));
}

export function largeAreas(): CountryArea[] {
  return partition(coarse).map((ring, index) => area(`99${two(index)}`, `River ${index}`, [[places(ring)]]));
}

function area(id: string, name: string, polygons: CountryArea['polygons']): CountryArea {
  return { id, name, polygons };
}

const sliver: Ring = [
  [3.1, 2.2],
  [870.4, 600.9],
  [870.9, 601.1],
  [870.2, 601.2],
  [3.1, 2.2],
];

function box(left: number, top: number, right: number, bottom: number): Ring {
  return boxRing(left, top, right, bottom);
}

function two(index: number): string {
  return String(index).padStart(2, '0');
}

/** Sixty lines that wander south-east, each position up to three cells from the last. */
export function streams(): Ring[] {
  return Array.from({ length: 60 }, (_, line) => {
    const at = [1000 * randomAt(line, 0, 41), 500 * randomAt(line, 1, 41)] as [number, number];
    return Array.from({ length: 300 }, (_, index): Position => {
      at[0] += 0.1 * ((bitsAt(line, index, 42) % 61) - 29);
      at[1] += 0.1 * ((bitsAt(line, index, 43) % 61) - 24);
      return lonLatOf(at);
    });
  });
}

export type RasterName = 'land' | 'soil' | 'flow' | 'terrain' | 'heights' | 'fields';

/** The rasters. `land`, `soil`, `flow` and `terrain` lie on the main grid. */
export function rasters(): Readonly<Record<RasterName, RasterToWrite>> {
  return {
    land: { ...grid, samples: samplesOf({ ...landRecipe, width: grid.width, height: grid.height }) },
    soil: soilRaster(),
    flow: { ...grid, samples: flow(), nodata: -9999 },
    terrain: { ...grid, samples: terrain(), nodata: -32_768 },
    heights: heightsRaster(),
    fields: fieldsRaster(),
  };
}

function samplesOf(recipe: Patchwork): Uint8Array<ArrayBuffer> {
  const [rows] = patchwork(recipe, recipe.height);
  return new Uint8Array(rows!.samples);
}

/** Begins and ends within the country, with 255 for no data. */
function soilRaster(): RasterToWrite {
  const [left, top, width, height] = [140, 95, 600, 731];
  const [originX, originY] = [grid.originX + left * grid.cell, grid.originY - top * grid.cell];
  const samples = samplesOf({ ...landRecipe, seed: 31, classes: soilGroups, roughness: 80, width, height });
  return { ...grid, width, height, originX, originY, samples, nodata: 255 };
}

const soilGroups = Uint8Array.from({ length: 64 }, (_, index) => [1, 2, 2, 2, 3, 3, 4, 255][index % 8]!);

/** Small in most cells and very large in few, as the cells upstream are; some have none. */
function flow(): Float32Array {
  return Float32Array.from({ length: grid.width * grid.height }, (_, cell) => {
    const [column, row] = [cell % grid.width, Math.floor(cell / grid.width)];
    if (bitsAt(column, row, 51) % 97 === 0) return -9999;
    return Math.floor(40 / (randomAt(column, row, 52) + 2e-4)) - 39;
  });
}

/** Metres, also below the sea; none in the north-east. */
function terrain(): Int16Array {
  const { width, height } = grid;
  const noise = fractalNoise({ width, height, feature: 96, octaves: 5, seed: 61 });
  return Int16Array.from(noise, (one, cell) => {
    const isBeyond = (cell % width) - Math.floor(cell / width) > 640;
    return isBeyond ? -32_768 : Math.floor(150 + 180 * one);
  });
}

/** Cells of a 4096th by an 8192nd of a degree, about 21 by 14 metres. */
function heightsRaster(): RasterToWrite {
  const grid = heightsGrid();
  const noise = fractalNoise({ ...grid, feature: 128, octaves: 6, seed: 71 });
  return { ...grid, samples: Float32Array.from(noise, (one) => 90 + 55 * one) };
}

export function heightsGrid(): Omit<RasterToWrite, 'samples'> {
  const [west, north] = lonLatOf([300, 150]);
  return {
    epsg: 4269,
    isGeographic: true,
    originX: Math.floor(west * 64) / 64,
    originY: Math.floor(north * 64) / 64,
    cell: 1 / 4096,
    cellHeight: 1 / 8192,
    width: 900,
    height: 1100,
  };
}

/** Cells of ten metres, whose phase is that of no other grid. */
function fieldsRaster(): RasterToWrite {
  const [width, height] = [700, 600];
  const patches = samplesOf({ ...landRecipe, seed: 81, width, height });
  return {
    ...grid,
    originX: grid.originX + 12_345,
    originY: grid.originY - 9_876,
    cell: 10,
    width,
    height,
    samples: Int16Array.from(patches, (one) => 400 * one - 20_000),
    nodata: 400 * 11 - 20_000,
  };
}
