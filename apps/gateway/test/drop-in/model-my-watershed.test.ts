import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlimited } from '@cellshed/budget';
import { type Catalog, definitionOf, loadCatalog } from '@cellshed/catalog';
import { isRefusal } from '@cellshed/contracts';
import { operationsAhead, rasterNamed, resolveOperation } from '@cellshed/operations';
import { questionOf, type SpelledOperation } from '../../src/drop-in/questions.ts';

const guides = join(import.meta.dirname, '../../../../docs/guides');
const folder = mkdtempSync(join(tmpdir(), 'model-my-watershed-'));
let catalog: Catalog;

beforeAll(async () => {
  const path = join(folder, 'catalog.yaml');
  copyFileSync(join(guides, 'model-my-watershed.catalog.yaml'), path);
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/url: (\w+\.tif)/g))
    writeFileSync(join(folder, `${name}`), '');
  catalog = await loadCatalog(path);
});

afterAll(() => rmSync(folder, { recursive: true }));

/**
 * The layers in Model My Watershed's settings (GEOP.layers, GEOP.json.climate, its choice of land
 * cover), by their names in the catalog.
 */
const layers = {
  ara: ['ara-30m-epsg5070-512'],
  awc: ['us-ssurgo-aws100-30m-epsg5070-512'],
  bfi: ['bfi48grd-epsg5070'],
  gwn: ['us-groundwater-nitrogen-30m-epsg5070-512'],
  kfactor: ['us-ssugro-kfactor-30m-epsg5070-512'],
  ned: ['ned-nhdplus-30m-epsg5070-512'],
  nlcd_2001: ['nlcd-2001-30m-epsg5070-512-uint8raw', 'nlcd-2001-30m-epsg5070-512-byte'],
  nlcd_2006: ['nlcd-2006-30m-epsg5070-512-uint8raw', 'nlcd-2006-30m-epsg5070-512-byte'],
  nlcd_2011: [
    'nlcd-2011-30m-epsg5070-512-uint8raw',
    'nlcd-2011-30m-epsg5070-512-byte',
    'nlcd-2011-30m-epsg5070-512-int8',
  ],
  nlcd_2016: ['nlcd-2016-30m-epsg5070-512-uint8raw', 'nlcd-2016-30m-epsg5070-512-byte'],
  nlcd_2019: ['nlcd-2019-30m-epsg5070-512-uint8raw', 'nlcd-2019-30m-epsg5070-512-byte'],
  protected_lands: ['protected-lands-30m-epsg5070-512'],
  slope: ['us-percent-slope-30m-epsg5070-512'],
  soil: ['ssurgo-hydro-groups-30m-epsg5070-512-int8'],
  soiln: ['soiln-epsg5070'],
  soilp: ['soilpallland2-epsg5070'],
} as const;
const months = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0'));
const climate = ['ppt', 'tmean'].flatMap((kind) =>
  months.map((month) => [`${kind}_${month}`, [`climatology-${kind}-${month}-epsg5070`]] as const),
);

it.each([...Object.entries(layers), ...climate])(
  'raster %s has the names by which it is asked for',
  (name, aliases) => {
    for (const alias of aliases) expect(rasterNamed(alias, catalog)).toBe(name);
  },
);

it('has no other rasters, and no alias that stands for nothing', () => {
  const known = new Map<string, readonly string[]>([...Object.entries(layers), ...climate]);
  expect(new Map(Array.from(catalog.rasters.values(), ({ name, aliases }) => [name, aliases]))).toEqual(known);
});

const land = layers.nlcd_2019[0];
const count = (...rasters: string[]) => ({ name: 'RasterGroupedCount' as const, rasters });
const average = (targetRaster: string, ...rasters: string[]) => ({
  name: 'RasterGroupedAverage' as const,
  rasters,
  targetRaster,
});

/** The operations in its settings (GEOP.json), by their names there; avg_awc has two meanings. */
const operations: Readonly<Record<string, SpelledOperation>> = {
  nlcd: count(land),
  nlcd_ara: count(land, layers.ara[0]),
  soil: count(layers.soil[0]),
  nlcd_soil: count(land, layers.soil[0]),
  nlcd_soil_tr55: { ...count(land, layers.soil[0]), name: 'RasterGroupedCountMany' },
  nlcd_streams: { name: 'RasterLinesJoin', rasters: [land] },
  gwn: count(layers.gwn[0]),
  avg_awc: average(layers.awc[0]),
  avg_awc_gwn: average(layers.awc[0], layers.gwn[0]),
  nlcd_slope: count(land, layers.slope[0]),
  slope: average(layers.slope[0]),
  nlcd_kfactor: average(layers.kfactor[0], land),
  soiln: average(layers.soiln[0]),
  soilp: average(layers.soilp[0]),
  recess_coef: average(layers.bfi[0]),
  terrain: { name: 'RasterSummary', rasters: [layers.ned[0], layers.slope[0]] },
  protected_lands: count(layers.protected_lands[0]),
};

it.each(Object.entries(operations))('operation %s is what is spelled out to the drop-in routes', (name, spelled) => {
  const { request } = questionOf(spelled, {
    catalog,
    ahead: operationsAhead(catalog),
    path: '',
    budget: unlimited,
    lines: () => ({ drawn: 'lines' }),
  });
  const resolved = resolveOperation({ operation: name, parameters: yearOf(name) }, catalog);
  if (isRefusal(resolved)) throw new Error(resolved.problem);
  const operation = catalog.operations.get(name);
  expect(resolved.definition ?? (operation && definitionOf(operation))).toEqual(request.definition);
});

it.each(climate)('so is the climate operation on %s', (raster, [alias]) => {
  const [operation = '', month] = raster.split('_');
  const { request } = questionOf(average(alias), {
    catalog,
    ahead: operationsAhead(catalog),
    path: '',
    budget: unlimited,
    lines: () => ({ drawn: '' }),
  });
  expect(resolveOperation({ operation, parameters: { month } }, catalog)).toMatchObject({
    definition: request.definition,
  });
});

it('has no other operations, and the area tables', () => {
  expect([...catalog.operations.keys()].sort()).toEqual([...Object.keys(operations), 'ppt', 'tmean'].sort());
  expect([...catalog.areas.keys()]).toEqual(['huc8', 'huc10', 'huc12', 'county', 'district', 'school']);
});

/** The year of an operation on land cover. */
function yearOf(operation: string): Record<string, string> {
  return catalog.operations.get(operation)?.parameters?.year ? { year: '2019' } : {};
}
