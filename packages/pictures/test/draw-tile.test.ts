import { crsFromText } from '@cellshed/crs';
import { drawTile, lookAt } from '@cellshed/pictures';
import type { Level } from '@cellshed/raster';
import { decode } from 'fast-png';

const half = Math.PI * 6378137;

/** The value of a cell is made of its column and row, so that each differs from its neighbours. */
const valueAt = (column: number, row: number) => 1 + ((column + 7 * row) % 200);

/** A raster in memory, in tiles of 64 × 64 cells, and the tiles of it that were read. */
function raster(crs: string, place: readonly [x: number, y: number, cell: number], width: number, height = width) {
  const [originX, originY, cell] = place;
  const read: string[] = [];
  const level: Level = {
    grid: { crs: crsFromText(crs), originX, originY, cellWidth: cell, cellHeight: cell, width, height },
    nodata: 0,
    sampleType: 'uint8',
    tiling: { width: 64, height: 64, across: Math.ceil(width / 64), down: Math.ceil(height / 64) },
    readTile: async (column, row) => {
      read.push(`${column} ${row}`);
      return Uint8Array.from({ length: 64 * 64 }, (_, i) => valueAt(column * 64 + (i % 64), row * 64 + (i >> 6)));
    },
  };
  return { levels: [level], read };
}

const colours = {
  palette: Array.from({ length: 256 }, (_, i) => [i, i, i, i === 0 ? 0 : 255] as const),
  indexOf: (value: number) => (Number.isNaN(value) ? 0 : value),
};

async function pixels(one: { readonly levels: readonly Level[] }, z: number, x: number, y: number) {
  const png = await drawTile(one, { z, x, y }, { colours });
  return decode(png as Uint8Array).data;
}

it('where cells are pixels, a picture is the cells', async () => {
  const pixel = (2 * half) / 4 / 256;
  const data = await pixels(raster('EPSG:3857', [-half, half, pixel], 1024), 2, 1, 2);
  const expected = Uint8Array.from({ length: 65_536 }, (_, i) => valueAt(256 + (i % 256), 512 + (i >> 8)));
  expect(data).toEqual(expected);
});

it('beyond the raster it is transparent, and nothing is read', async () => {
  const one = raster('EPSG:5070', [0, 2_000_000, 30], 100);
  expect((await pixels(one, 8, 200, 100)).every((index) => index === 0)).toBe(true);
  expect(one.read).toEqual([]);
});

it('shows the west of a raster whose longitudes go from 0 to 360', async () => {
  const [written, other] = [raster('EPSG:4326', [-180, 80, 1], 360, 160), raster('EPSG:4326', [0, 80, 1], 360, 160)];
  // The same places are 180 columns further.
  const expected = (await pixels(written, 1, 0, 0)).map((value) => value && 1 + ((value - 1 + 180) % 200));
  expect(expected.some((value) => value > 0)).toBe(true);
  expect(await pixels(other, 1, 0, 0)).toEqual(expected);
});

it('shows nothing where a projection does not lead back', async () => {
  // The series of Cassini's projection is good near its meridian alone.
  const cassini = '+proj=cass +lat_0=10 +lon_0=-61 +ellps=GRS80';
  const shows = async (x: number, y: number, tile: readonly [x: number, y: number]) =>
    (await pixels(raster(cassini, [x, y, 20_000], 60), 5, ...tile)).some((index) => index > 0);
  expect(await shows(-400_000, 4_500_000, [10, 11])).toBe(true);
  expect(await shows(-4_400_000, 6_300_000, [5, 11])).toBe(false);
});

it('takes the coarsest overview whose cells are not larger than pixels', async () => {
  const pixel = (2 * half) / 256;
  const [whole, two, four] = [4, 2, 1].map((share) => raster('EPSG:3857', [-half, half, pixel / share], 256 * share));
  const levels = [whole, two, four].flatMap((one) => one?.levels ?? []);
  await pixels({ levels }, 1, 0, 0);
  expect([whole, two, four].map((one) => (one?.read.length ?? 0) > 0)).toEqual([false, true, false]);
});

it('is not drawn where too many cells would have to be read', async () => {
  const one = raster('EPSG:3857', [-half, half, (2 * half) / 1024], 1024);
  const draw = (most: number) => drawTile(one, { z: 0, x: 0, y: 0 }, { colours, most });
  expect(await draw(1024 * 1024 - 1)).toBeUndefined();
  expect(one.read).toEqual([]);
  expect(await draw(1024 * 1024)).toBeDefined();
});

describe('a look at a raster', () => {
  it('tells its place, the zooms at which it has pictures, and the range of its values', async () => {
    const look = await lookAt(raster('EPSG:4326', [170, 10, 0.01], 2000));
    expect(look.bbox?.map((degree) => Math.round(degree * 1e6) / 1e6)).toEqual([170, -10, 190, 10]);
    expect([look.minzoom, look.maxzoom]).toEqual([0, 8]);
    expect(look.ramp).toMatchObject({ least: 3, most: 195 });
  });

  it('tells the area of a cell where all have the same', async () => {
    expect((await lookAt(raster('EPSG:5070', [0, 2_000_000, 30], 100))).cellArea).toBeCloseTo(900);
    expect(await lookAt(raster('EPSG:4326', [170, 10, 0.01], 2000))).not.toHaveProperty('cellArea');
  });

  it('moves longitudes to where maps have them', async () => {
    expect((await lookAt(raster('EPSG:4326', [270, 10, 0.1], 100))).bbox?.[0]).toBe(-90);
    expect((await lookAt(raster('EPSG:4326', [0, 10, 1], 360, 20))).bbox).toEqual([-180, -10, 180, 10]);
  });

  it('has a least zoom where the coarsest level is too large for one picture', async () => {
    const { levels } = raster('EPSG:4326', [-125, 50, 1 / 3600], 200_000, 100_000);
    const { minzoom, maxzoom } = await lookAt({ levels });
    expect([minzoom, maxzoom]).toEqual([9, 13]);
    // A tile at that zoom is drawn.
    expect(await drawTile({ levels }, { z: 9, x: 120, y: 190 }, { colours })).toBeDefined();
  });
});
