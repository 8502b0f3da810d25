import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal } from '@cellshed/contracts';
import { crsFromText, fromLonLat } from '@cellshed/crs';
import { openGeoJsonTable, openGeoPackageTable, type Polygons, type Position, shownPolygons } from '../../src/index.ts';
import { openPostgisTable } from '../../src/tables/postgis/postgis.ts';
import { acrossAntimeridian, describeAntimeridian } from '../antimeridian-suite.ts';
import { expectClose } from '../area-table-suite.ts';
import { type PostgisFixture, postgisFixture } from '../postgis-fixture.ts';
import { geoPackages } from './geopackage/geopackages.ts';
import { of, polygon, wkbOf } from './wkb-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-antimeridian-'));
const { altered, remove } = geoPackages();
let db: PostgisFixture;
beforeAll(async () => {
  db = await postgisFixture();
  for (const table of ['bare', 'indexed']) {
    await db.sql(`CREATE TABLE ${table} (code text, geom geometry(MultiPolygon, 4326))`);
    for (const [id, polygons] of Object.entries(acrossAntimeridian)) {
      const geometry = JSON.stringify({ type: 'MultiPolygon', coordinates: polygons });
      await db.sql(`INSERT INTO ${table} VALUES ($1, ST_SetSRID(ST_GeomFromGeoJSON($2), 4326))`, [id, geometry]);
    }
  }
  await db.sql('CREATE INDEX ON indexed USING gist (geom)');
  await db.sql('CREATE TABLE alaska (code text, geom geometry(Polygon, 3338))');
  await db.sql('INSERT INTO alaska VALUES ($1, ST_SetSRID(ST_GeomFromGeoJSON($2), 3338))', [
    'aleutians',
    JSON.stringify({ type: 'Polygon', coordinates: aleutians[0] }),
  ]);
  await db.sql('CREATE INDEX ON alaska USING gist (geom)');
});
afterAll(async () => {
  await db.end();
  rmSync(folder, { recursive: true });
  remove();
});

const geojson = join(folder, 'areas.geojson');
const features = Object.entries(acrossAntimeridian).map(([id, coordinates]) => ({
  type: 'Feature',
  properties: { code: id },
  geometry: { type: 'MultiPolygon', coordinates },
}));
writeFileSync(geojson, JSON.stringify({ type: 'FeatureCollection', features }));

const hexOf = (polygons: Polygons, srid: number) => {
  const head = Buffer.from('475000010000000000', 'hex').subarray(0, 8);
  head.writeInt32LE(srid, 4);
  return Buffer.concat([head, wkbOf(of('multiPolygon', ...polygons.map((rings) => polygon(...rings))))]).toString(
    'hex',
  );
};
const rows = Object.entries(acrossAntimeridian).map(
  ([id, polygons]) => `INSERT INTO wgs84 (code, geom) VALUES ('${id}', X'${hexOf(polygons, 4326)}');`,
);
const geopackage = altered(`DELETE FROM wgs84; ${rows.join(' ')}`);

const options = { name: 'areas', id: 'code' };
describeAntimeridian('a GeoJSON file', () => openGeoJsonTable({ ...options, path: geojson }));
describeAntimeridian('a GeoPackage', () => openGeoPackageTable({ ...options, path: geopackage, table: 'wgs84' }));
for (const table of ['bare', 'indexed'])
  describeAntimeridian(`a database, ${table}`, () =>
    openPostgisTable({ ...options, path: db.url, table: `${db.schema}.${table}` }),
  );

const project = fromLonLat(crsFromText('EPSG:3338'));
const corners: Position[] = [
  [176, 51],
  [-175, 52],
  [-176, 54],
  [177, 53],
];
const aleutians: Polygons = [[[...corners, corners[0]!].map(([lon, lat]) => project(lon, lat))]];
const alaska = altered(
  `INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition)
    VALUES ('Alaska Albers', 3338, 'EPSG', 3338, 'undefined'); UPDATE gpkg_geometry_columns SET srs_id = 3338 WHERE table_name = 'albers';
  DELETE FROM albers; INSERT INTO albers (code, geom) VALUES ('aleutians', X'${hexOf(aleutians, 3338)}')`,
);

it.each([
  ['a GeoPackage', () => openGeoPackageTable({ ...options, path: alaska, table: 'albers' })],
  ['a database', () => openPostgisTable({ ...options, path: db.url, table: `${db.schema}.alaska` })],
])(
  'an area of %s that crosses the antimeridian in a CRS that does not end there is found and shown on both sides',
  async (_, open) => {
    const table = await open();
    const area = await table.get('aleutians');
    expect(area).toMatchObject({ polygons: aleutians, crs: { name: 'EPSG:3338' }, warnings: [] });
    const { items } = await table.list({ limit: 1, offset: 0 });
    expectClose(items[0]?.bbox, [176, 51, -175, 54]);
    for (const bbox of [
      [176.5, 51, 176.6, 54],
      [179.9, 51, 180, 54],
      [-180, 51, -179.9, 54],
      [-176.1, 51, -175.9, 54],
    ] as const)
      expect((await table.list({ limit: 1, offset: 0, bbox })).matched).toBe(1);
    const shown = shownPolygons(area!);
    if (isRefusal(shown)) throw new Error(shown.problem);
    const sides = shown.polygons.map(([ring]) => ring!.map(([lon]) => lon));
    expect(sides.map((side) => [Math.min(...side), Math.max(...side)].map(Math.round))).toEqual([
      [176, 180],
      [-180, -175],
    ]);
    await table.close();
  },
);

describe('polygons as they are shown', () => {
  const shown = (polygons: Polygons) => (shownPolygons({ polygons }) as { polygons: Polygons }).polygons;

  it('are cut at the antimeridian, and brought to this side of it', () => {
    const ring = (west: number, east: number): Position[] => [
      [west, -20],
      [east, -20],
      [east, -15],
      [west, -15],
      [west, -20],
    ];
    const sides = (polygons: Polygons) =>
      polygons.map((rings) => rings.map((one) => [Math.min(...one.map(([x]) => x)), Math.max(...one.map(([x]) => x))]));
    expect(sides(shown([[ring(178, -177)]]))).toEqual([[[178, 180]], [[-180, -177]]]);
    expect(sides(shown([[ring(200, 210)]]))).toEqual([[[-160, -150]]]);
    expect(sides(shown([[ring(170, 190), ring(175, 185), ring(171, 172)]]))).toEqual([
      [
        [170, 180],
        [175, 180],
        [171, 172],
      ],
      [
        [-180, -170],
        [-180, -175],
      ],
    ]);
    const closed = shown([[ring(178, -177)]]).flat();
    for (const one of closed) expect(one.at(-1)).toEqual(one[0]);
  });

  it('are the very same where they cross nothing', () => {
    const { plain, cut } = acrossAntimeridian;
    expect(shown(plain!)[0]).toBe(plain![0]);
    expect(shown(cut!)).toEqual(cut);
  });
});
