import { readFileSync } from 'node:fs';
import { type AreaTable, type Bbox, fingerprintOf, openGeoJsonTable } from '@cellshed/areas';
import { openPostgisTable } from '../packages/areas/src/tables/postgis/postgis.ts';
import { collect, expectClose, inLonLat } from '../packages/areas/test/area-table-suite.ts';
import { type PostgisFixture, postgisFixture } from '../packages/areas/test/postgis-fixture.ts';

/** Areas in a GeoJSON file, and how a table of Model My Watershed stores them. */
export interface Level {
  /** The column that is the id, and the end of the table's name. */
  readonly level: string;
  /** The file's property that is the id. Default: as the column. */
  readonly property?: string;
  readonly areas: number;
  readonly path: string;
  readonly srid: number;
  /** An SQL expression of `g`, in EPSG:4326. */
  readonly stored: string;
}

/**
 * The promises of a PostGIS table: it has the areas that a file has, in whatever CRS it stores
 * them. `boxes` find some, all and none.
 */
export function describePostgisLevels(title: string, levels: readonly Level[], boxes: readonly Bbox[]): void {
  let db: PostgisFixture;
  beforeAll(async () => {
    db = await postgisFixture();
    for (const level of levels) await load(db, level);
  });
  afterAll(() => db?.end());

  describe.each(levels)(`${title} $level, in EPSG:$srid`, ({ level, property = level, areas, srid, path }) => {
    let table: AreaTable;
    let file: AreaTable;
    beforeAll(async () => {
      const columns = { name: level, nameProperty: 'name' };
      table = await openPostgisTable({
        ...columns,
        id: level,
        path: db.url,
        table: `${db.schema}.boundary_${level}`,
        geometry: 'geom_detailed',
      });
      file = await openGeoJsonTable({ ...columns, id: property, path });
    });
    afterAll(() => table?.close());

    it(`are the ${areas} that the file has, with the same names and shapes`, async () => {
      const ids = await collect(table.ids());
      expect(ids).toHaveLength(areas);
      expect(ids).toEqual(await collect(file.ids()));
      // Several hundred areas take ten seconds, most of it for finding edges that cross.
      const step = Math.ceil(ids.length / 100);
      for (const id of ids.filter((_, i) => i % step === 0)) {
        const [there, expected] = [await table.get(id), await file.get(id)];
        expect(there?.name).toBe(expected?.name);
        if (srid === 5070) expectClose(there && inLonLat(there), expected?.polygons);
        else
          expect(fingerprintOf({ polygons: there?.polygons ?? [] })).toBe(
            fingerprintOf({ polygons: expected?.polygons ?? [] }),
          );
      }
    });

    it('are found by the boxes that find them in the file', async () => {
      for (const bbox of boxes) {
        const query = { bbox, limit: 1000, offset: 0 };
        const [there, inFile] = [await table.list(query), await file.list(query)].map(({ items }) =>
          items.map(({ id }) => id),
        );
        // An index in metres may pass over areas that do not meet the box themselves.
        const meeting = await idsThatMeet(db, { level, srid }, bbox);
        expect(there).toEqual(srid === 5070 ? inFile!.filter((id) => there!.includes(id)) : inFile);
        expect(there).toEqual(expect.arrayContaining(meeting));
      }
    });
  });
}

/** The areas that have ground in common with the box, or touch it. */
async function idsThatMeet(
  { sql }: PostgisFixture,
  { level, srid }: Pick<Level, 'level' | 'srid'>,
  [west, south, east, north]: Bbox,
): Promise<unknown[]> {
  const shape = srid === 5070 ? 'ST_Transform(geom_detailed, 4326)' : 'ST_SetSRID(geom_detailed, 4326)';
  const halves = [
    [west, south, 180, north],
    [-180, south, east, north],
  ];
  const boxes = west > east ? halves : [[west, south, east, north]];
  const meets = boxes.map((box) => `ST_Intersects(shape, ST_MakeEnvelope(${box.join()}, 4326))`).join(' OR ');
  const rows = await sql(
    `SELECT ${level} AS id FROM (SELECT ${level}, ${shape} AS shape FROM boundary_${level}) t WHERE ${meets}`,
  );
  return rows.map(({ id }) => id);
}

async function load(db: PostgisFixture, { level, property = level, srid, stored, path }: Level): Promise<void> {
  await db.sql(`CREATE TABLE boundary_${level} (id serial PRIMARY KEY, geom geometry(MultiPolygon, ${srid}),
    geom_detailed geometry(MultiPolygon, ${srid}), ${level} varchar(12), name varchar(100))`);
  await db.sql(
    `INSERT INTO boundary_${level} (geom, geom_detailed, ${level}, name)
    SELECT ST_Multi(ST_Envelope(${stored})), ${stored}, f->'properties'->>$2, f->'properties'->>'name'
    FROM json_array_elements($1::json->'features') f, LATERAL (SELECT ST_Multi(ST_GeomFromGeoJSON(f->>'geometry')) AS g) shape`,
    [readFileSync(path, 'utf8'), property],
  );
  await db.sql(`CREATE INDEX ON boundary_${level} USING gist (geom_detailed)`);
}
