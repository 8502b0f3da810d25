import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog, type OpenAreas, openAreas } from '@cellshed/catalog';
import { VectorTile } from '@mapbox/vector-tile';
import fc from 'fast-check';
import { PbfReader } from 'pbf';
import { areaTile } from '../../src/reading/area-tile.ts';

const folder = mkdtempSync(join(tmpdir(), 'area-tiles-'));
let tables: OpenAreas;

/** Squares with sides of a degree, a degree apart, and very many that are small. */
beforeAll(async () => {
  const square = (id: string, [x, y]: readonly [number, number], side: number) => ({
    type: 'Feature',
    properties: { id, name: `Square ${id}` },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + side, y],
          [x + side, y + side],
          [x, y + side],
          [x, y],
        ],
      ],
    },
  });
  const wide = Array.from({ length: 60 }, (_, i) => square(`s${i}`, [-30 + 2 * (i % 10), 2 * Math.floor(i / 10)], 1));
  const dense = Array.from({ length: 2500 }, (_, i) => square(`d${i}`, [(i % 50) / 50, Math.floor(i / 50) / 50], 0.01));
  const write = (name: string, features: unknown[]) =>
    writeFileSync(join(folder, `${name}.geojson`), JSON.stringify({ type: 'FeatureCollection', features }));
  write('wide', wide);
  write('dense', dense);
  write('beside', [square('left', [0, 0], 1), square('right', [1, 0], 1)]);
  const path = join(folder, 'catalog.yaml');
  const table = (name: string) => `  ${name}: { source: ${name}.geojson, id: id, name: name }\n`;
  writeFileSync(path, `rasters: {}\noperations: {}\nareas:\n${table('wide')}${table('dense')}${table('beside')}`);
  tables = await openAreas(await loadCatalog(path));
});

afterAll(async () => {
  await tables.close();
  rmSync(folder, { recursive: true });
});

async function read(table: string, z: number, x: number, y: number) {
  const { tile } = await areaTile(tables, table, { z, x, y });
  const { areas } = new VectorTile(new PbfReader(tile)).layers;
  return Array.from({ length: areas?.length ?? 0 }, (_, i) => {
    const feature = areas?.feature(i) as NonNullable<ReturnType<NonNullable<typeof areas>['feature']>>;
    return { properties: feature.properties, geojson: feature.toGeoJSON(x, y, z), geometry: feature.loadGeometry() };
  });
}

it('a tile has the areas that meet it, with id and name, where they are', async () => {
  const squares = Array.from({ length: 60 }, (_, i) => [`s${i}`, -30 + 2 * (i % 10), 2 * Math.floor(i / 10)] as const);
  const tile = fc.integer({ min: 3, max: 9 }).chain((z) =>
    fc.record({
      z: fc.constant(z),
      x: fc.integer({ min: Math.floor(0.4 * 2 ** z), max: 0.5 * 2 ** z }),
      y: fc.integer({ min: Math.floor(0.46 * 2 ** z), max: 0.5 * 2 ** z }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(tile, async ({ z, x, y }) => {
      const found = await read('wide', z, x, y);
      const west = (360 * x) / 2 ** z - 180;
      const latitude = (row: number) => (180 / Math.PI) * Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z)));
      const [east, north, south] = [west + 360 / 2 ** z, latitude(y), latitude(y + 1)];
      const inside = squares.filter(([, sx, sy]) => sx < east && sx + 1 > west && sy < north && sy + 1 > south);
      const ids = found.map(({ properties }) => properties['id']);
      expect(ids).toEqual(expect.arrayContaining(inside.map(([id]) => id)));
      // No more than a quarter of a pixel off, and no further out than is drawn.
      const off = 90 / 2 ** z / 64;
      for (const { properties, geojson, geometry } of found) {
        const [id, sx, sy] = squares.find(([one]) => one === properties['id']) as (typeof squares)[number];
        expect(properties['name']).toBe(`Square ${id}`);
        for (const { x: tx, y: ty } of geometry.flat())
          expect([tx >= -64, tx <= 4160, ty >= -64, ty <= 4160]).not.toContain(false);
        for (const [px, py] of (
          geojson.geometry as unknown as { coordinates: [number, number][][] }
        ).coordinates.flat()) {
          expect([px >= sx - off, px <= sx + 1 + off, py >= sy - off, py <= sy + 1 + off]).not.toContain(false);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('a tile has the borders of areas as lines, those that two share once', async () => {
  const { tile } = await areaTile(tables, 'beside', { z: 6, x: 32, y: 31 });
  const borders = new VectorTile(new PbfReader(tile)).layers['borders']?.feature(0).loadGeometry() ?? [];
  const units = (degrees: number) => Math.round((degrees * 64 * 4096) / 360);
  const upright = borders.flatMap((line) =>
    line.slice(1).flatMap(({ x, y }, i) => (line[i]?.x === x && line[i]?.y !== y ? [x] : [])),
  );
  expect(upright.sort((a, b) => a - b)).toEqual([0, units(1), units(2)]);
});

it('a tile that too many areas meet has none', async () => {
  expect(await read('dense', 3, 4, 3)).toEqual([]);
  expect((await read('dense', 9, 256, 255)).length).toBeGreaterThan(500);
});
