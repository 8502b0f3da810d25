import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from '../constant-raster.ts';
import { runCatchment } from '../processes.ts';
import { truthFile, truthJson } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-united-'));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  // Both are around the areas, so that all of their cells are counted.
  writeConstantRaster(file('basin.tif'), {
    across: 8,
    down: 12,
    originX: 1_580_000,
    originY: 2_450_000,
    value: 1,
    cell: 90,
  });
  writeConstantRaster(file('coast.tif'), {
    across: 5,
    down: 6,
    originX: 1_580_000,
    originY: 2_500_000,
    value: 1,
    cell: 300,
  });
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { basin: { url: basin.tif }, coast: { url: coast.tif } }\noperations:\n' +
      '  basin: { type: groupedCount, rasters: [basin] }\n  coast: { type: groupedCount, rasters: [coast] }\n',
  );
});

/** The cells of each area of a table. */
async function cellsOf(areas: string, operation: string, ...options: string[]): Promise<ReadonlyMap<string, number>> {
  const out = file('table.csv');
  const asked = ['table', areas, operation, ...options, '--catalog', file('catalog.yaml'), '--out', out, '--overwrite'];
  const { code, err } = await runCatchment(asked);
  if (code !== 0) throw new Error(err);
  const [head = '', ...lines] = readFileSync(out, 'utf8').trimEnd().split('\r\n');
  const [id, cells] = ['id', 'cells'].map((name) => head.split(',').indexOf(name)) as [number, number];
  return new Map(lines.map((line) => [line.split(',')[id] as string, Number(line.split(',')[cells])]));
}

/** Those on the coast, of whose subwatersheds the file has only some. */
const inPart = ['02040207', '02040301', '02040302'];

// Both files were simplified for themselves, so their borders differ here and there.
it('subwatersheds that are united by the first digits of their codes are the subbasins', async () => {
  const united = await cellsOf(
    truthFile('data/drb/drb_huc12.geojson'),
    'basin',
    '--id-from',
    'huc12',
    '--by',
    'huc12:8',
  );
  const own = await cellsOf(truthFile('data/drb/drb_huc08.geojson'), 'basin', '--id-from', 'huc08');
  const differences = Array.from(united, ([id, cells]) => [id, Math.abs(cells - (own.get(id) ?? 0)) / cells] as const);
  expect(differences).toHaveLength(15);
  expect(differences.filter(([, difference]) => difference > 0.001).map(([id]) => id)).toEqual(inPart);
});

it('all upstream of the mouth of the Schuylkill is its subbasin', async () => {
  const options = ['--id-from', 'huc12', '--downstream-from', 'to_huc12'];
  const subwatersheds = truthFile('data/drb/drb_huc12.geojson');
  const total = await cellsOf(subwatersheds, 'basin', ...options, '--upstream', '--id', '020402031008');
  const united = await cellsOf(subwatersheds, 'basin', '--id-from', 'huc12', '--by', 'huc12:8', '--id', '02040203');
  expect([...total.values()]).toEqual([...united.values()]);
});

interface Topology {
  readonly transform: { readonly scale: readonly [number, number]; readonly translate: readonly [number, number] };
  readonly arcs: readonly (readonly (readonly [number, number])[])[];
  readonly objects: Readonly<
    Record<
      string,
      {
        readonly geometries: readonly {
          readonly id: string;
          readonly type: string;
          readonly arcs: readonly number[][] | readonly number[][][];
        }[];
      }
    >
  >;
}

/** The features of a TopoJSON whose id begins with one of these texts, as GeoJSON. */
function featuresOf({ arcs, transform, objects }: Topology, object: string, beginnings: readonly string[]) {
  const { scale, translate } = transform;
  const lines = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const lineOf = (arc: number) => (arc < 0 ? lines[~arc]!.toReversed() : lines[arc]!);
  const ringOf = (ring: readonly number[]) => ring.flatMap((arc, i) => lineOf(arc).slice(i === 0 ? 0 : 1));
  const features = (objects[object]?.geometries ?? [])
    .filter(({ id }) => beginnings.some((beginning) => id.startsWith(beginning)))
    .map(({ id, type, arcs: own }) => {
      const polygons = (type === 'Polygon' ? [own] : own) as readonly number[][][];
      const coordinates = polygons.map((rings) => rings.map(ringOf));
      return { type: 'Feature', properties: { fips: id }, geometry: { type: 'MultiPolygon', coordinates } };
    });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** Connecticut, Delaware, Maryland, New Jersey, Pennsylvania and Rhode Island. */
const states = ['09', '10', '24', '34', '42', '44'];

// Counties and states have the same borders there, position for position.
it.each(['centre', 'touched', 'fraction'])(
  'counties that are united by state have the cells of the state, by %s',
  async (coverage) => {
    const counties = truthJson<Topology>('data/national/counties-10m.json');
    writeFileSync(file('counties.geojson'), featuresOf(counties, 'counties', states));
    writeFileSync(file('states.geojson'), featuresOf(counties, 'states', states));
    const options = ['--id-from', 'fips', '--coverage', coverage];
    const united = await cellsOf(file('counties.geojson'), 'coast', ...options, '--by', 'fips:2');
    const own = await cellsOf(file('states.geojson'), 'coast', ...options);
    expect([...united.keys()]).toEqual(states);
    for (const [id, cells] of own) {
      if (coverage === 'fraction') expect(Math.abs((united.get(id) ?? 0) - cells)).toBeLessThan(1e-5);
      else expect([id, united.get(id)]).toEqual([id, cells]);
    }
  },
);
