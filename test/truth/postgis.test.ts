import { readFileSync } from 'node:fs';
import { type AreaTable, fingerprintOf, openGeoJsonTable } from '@catchment/areas';
import { openPostgisTable } from '../../packages/areas/src/tables/postgis.ts';
import { collect, expectClose } from '../../packages/areas/test/area-table-suite.ts';
import { type PostgisFixture, postgisFixture } from '../../packages/areas/test/postgis-fixture.ts';
import { truthFile } from './files.ts';

/** The tables of Model My Watershed, each in another CRS here. */
const levels = [
  { level: 'huc08', areas: 17, srid: 4326, stored: 'g' },
  { level: 'huc10', areas: 110, srid: 5070, stored: 'ST_Transform(g, 5070)' },
  { level: 'huc12', areas: 481, srid: 4269, stored: 'ST_SetSRID(g, 4269)' },
] as const;

let db: PostgisFixture;
beforeAll(async () => {
  db = await postgisFixture();
  for (const { level, srid, stored } of levels) {
    await db.sql(`CREATE TABLE boundary_${level} (id serial PRIMARY KEY, geom geometry(MultiPolygon, ${srid}),
      geom_detailed geometry(MultiPolygon, ${srid}), ${level} varchar(12), name varchar(100))`);
    await db.sql(
      `INSERT INTO boundary_${level} (geom, geom_detailed, ${level}, name)
      SELECT ST_Multi(ST_Envelope(${stored})), ${stored}, f->'properties'->>$2, f->'properties'->>'name'
      FROM json_array_elements($1::json->'features') f, LATERAL (SELECT ST_Multi(ST_GeomFromGeoJSON(f->>'geometry')) AS g) shape`,
      [readFileSync(truthFile(`data/drb/drb_${level}.geojson`), 'utf8'), level],
    );
    await db.sql(`CREATE INDEX ON boundary_${level} USING gist (geom_detailed)`);
  }
});
afterAll(() => db.end());

describe.each(levels)('the real $level of the Delaware, in EPSG:$srid', ({ level, areas, srid }) => {
  let table: AreaTable;
  let file: AreaTable;
  beforeAll(async () => {
    const columns = { name: level, id: level, nameProperty: 'name' };
    table = await openPostgisTable({
      ...columns,
      path: db.url,
      table: `${db.schema}.boundary_${level}`,
      geometry: 'geom_detailed',
    });
    file = await openGeoJsonTable({ ...columns, path: truthFile(`data/drb/drb_${level}.geojson`) });
  });
  afterAll(() => table?.close());

  it(`are the ${areas} that the file has, with the same names and shapes`, async () => {
    const ids = await collect(table.ids());
    expect(ids).toHaveLength(areas);
    expect(ids).toEqual(await collect(file.ids()));
    // All of them take ten seconds, most of it in finding what crosses itself.
    for (const id of ids.filter((_, i) => i % 5 === 0)) {
      const [there, expected] = [await table.get(id), await file.get(id)];
      expect(there?.name).toBe(expected?.name);
      if (srid === 5070) expectClose(there?.polygons, expected?.polygons);
      else expect(fingerprintOf(there?.polygons ?? [])).toBe(fingerprintOf(expected?.polygons ?? []));
    }
  });

  it('are found by the boxes that find them in the file', async () => {
    for (const bbox of [
      [-75.2, 39.9, -75.1, 40],
      [-75.5, 41.5, -74.5, 42.5],
      [-74.9, 38, -60, 39],
      [-180, -90, 180, 90],
      [-70, 40, -69, 41],
      [170, 39, -75.7, 41],
    ] as const) {
      const query = { bbox, limit: 1000, offset: 0 };
      const [there, expected] = [await table.list(query), await file.list(query)];
      expect(there.items.map(({ id }) => id)).toEqual(expected.items.map(({ id }) => id));
    }
  });
});
