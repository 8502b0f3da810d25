import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { type Service, startService, writeCatalog } from '../service.ts';
import { runRecipe } from './readers.ts';

/** A tile of a raster, as GDAL has its cells. */
interface Case {
  readonly name: string;
  readonly tile: readonly [z: number, x: number, y: number];
  readonly level: number;
  /** The picture by PROJ, for each pixel. */
  readonly values: readonly number[];
  /** The picture by GDAL's warp. */
  readonly warped: readonly number[];
}

const folder = mkdtempSync(join(tmpdir(), 'catchment-pictures-'));
const cases = runRecipe('pictures.py', folder) as readonly Case[];
let service: Service;

beforeAll(async () => {
  // The blue of a colour is the value.
  const classes = Array.from({ length: 250 }, (_, i) => {
    const blue = (i + 1).toString(16).padStart(2, '0');
    return `${i + 1}: { label: "${i + 1}", color: "#0000${blue}" }`;
  });
  const legend = `{ ${classes.join(', ')} }`;
  const names = [...new Set(cases.map(({ name }) => name))];
  writeCatalog(join(folder, 'catalog.yaml'), {
    rasters: names.map((name) => `${name}: { url: ${name}.tif, legend: ${legend} }`),
    operations: names.map((name) => `${name}: { type: groupedCount, rasters: [${name}] }`),
  });
  service = await startService(join(folder, 'catalog.yaml'));
}, 60_000);
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

/** The values that a picture shows; 0 where it is transparent. */
async function shown({ name, tile }: Case): Promise<number[]> {
  const response = await fetch(`${service.url}/api/rasters/${name}/tiles/${tile.join('/')}.png`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
  const { data, palette = [], width, height } = decode(await response.arrayBuffer());
  expect([width, height]).toEqual([256, 256]);
  return Array.from(data, (index) => {
    const [red, green, blue = 0, alpha] = palette[index] ?? [];
    return red === 0 && green === 0 && alpha !== 0 ? blue : 0;
  });
}

const differing = (a: readonly number[], b: readonly number[]) => a.filter((value, i) => value !== b[i]).length;

it('has tiles of rasters and of both overviews', () => {
  for (const level of [-1, 0, 1]) expect(cases.filter((one) => one.level === level).length).toBeGreaterThan(10);
  expect(cases.some(({ values }) => values.filter((value) => value > 0).length > 60_000)).toBe(true);
});

it.each(cases.map((one) => [`${one.name}/${one.tile.join('/')}`, one] as const))(
  'a picture has the cells that PROJ finds, and nearly those of GDAL’s warp: %s',
  async (_, one) => {
    const values = await shown(one);
    expect(differing(values, one.values)).toBe(0);
    // Its places are an eighth of a pixel off.
    expect(differing(values, one.warped)).toBeLessThan(0.06 * 65_536);
  },
);
