import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertFile } from '@cellshed/areas';
import { runRecipe } from './readers.ts';
import { wkbPolygons } from './wkb-polygons.ts';

/** The areas of a file of the recipe, as GDAL reads them. */
interface Case {
  readonly title: string;
  readonly path: string;
  /** Texts are the name, the description and the extended data. */
  readonly rows: readonly { readonly texts: Readonly<Record<string, string>>; readonly geometry: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'catchment-kml-'));
const cases = runRecipe('area_kml.py', folder) as readonly Case[];
afterAll(() => rmSync(folder, { recursive: true }));

type Area = { readonly texts: Readonly<Record<string, unknown>> };
const byName = (a: Area, b: Area) => (String(a.texts['name']) < String(b.texts['name']) ? -1 : 1);

it('has an area in each case', () => {
  expect(cases.length).toBeGreaterThan(15);
  for (const { rows } of cases) expect(rows.length).toBeGreaterThan(0);
});

it.each(cases.map((one) => [one.title, one] as const))(
  '%s: the placemarks are those of GDAL',
  async (_, { path, rows }) => {
    const { features, found } = await convertFile(readFileSync(path), { vertices: 1000, unpackedBytes: 1_000_000 });
    expect(found).toMatchObject({ format: 'KML' });
    const areas = features.map(({ properties, geometry: { coordinates } }) => ({
      texts: properties,
      polygons: coordinates,
    }));
    // GDAL lists the placemarks of a folder behind those of the folders in it.
    const expected = rows.map(({ texts, geometry }) => ({ texts, polygons: wkbPolygons(geometry) }));
    expect(areas.toSorted(byName)).toEqual(expected.toSorted(byName));
  },
);
