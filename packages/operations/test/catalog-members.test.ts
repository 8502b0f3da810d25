import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableVersion } from '@cellshed/areas';
import {
  AreaTableEntry,
  CatalogFile,
  LegendClass,
  LinesEntry,
  loadCatalog,
  OperationEntry,
  openAreas,
  openLines,
  ParameterEntry,
  RasterEntry,
} from '@cellshed/catalog';
import { isRefusal, refusalText } from '@cellshed/contracts';
import type Type from 'typebox';
import { openIdentifier } from '../src/identify-by-versions.ts';
import { resolveOperation } from '../src/resolve.ts';

const folder = mkdtempSync(join(tmpdir(), 'catalog-members-'));
const at = (name: string) => join(folder, name);
const fixture = join(import.meta.dirname, '../../areas/test/fixtures/basins.gpkg');

beforeAll(() => {
  const line = (x: number) => ({
    type: 'LineString',
    coordinates: [
      [x, 40],
      [x, 41],
    ],
  });
  for (const [i, name] of ['a', 'b'].entries()) {
    writeFileSync(at(`${name}.tif`), 'as long');
    copyFileSync(fixture, at(`${name}.gpkg`));
    writeFileSync(at(`${name}.geojson`), JSON.stringify(line(i)));
    // An archive may give all files one time.
    for (const ending of ['tif', 'gpkg', 'geojson']) utimesSync(at(`${name}.${ending}`), 1, 1);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

type Members = Readonly<Record<string, unknown>>;

/** A catalog file: one entry in each section, but for rasters. */
interface Written extends Members {
  readonly rasters: Readonly<Record<'a' | 'b', Members>>;
  readonly operations: { readonly o: Members };
  readonly areas: { readonly t: Members };
  readonly lines: { readonly l: Members };
}

const plain: Written = {
  rasters: { a: { url: 'a.tif', legend: { 1: { label: 'one' } } }, b: { url: 'b.tif' } },
  operations: { o: { type: 'groupedCount', rasters: ['a'] } },
  areas: { t: { source: 'a.gpkg', table: 'albers', id: 'code' } },
  lines: { l: { source: 'a.geojson' } },
};

/**
 * The key of the operation's result for an area, where all rasters have the same size and time: the
 * catalog alone tells them apart.
 */
function keyOf(written: Members, parameters?: Members): Promise<string> {
  const name = JSON.stringify([written, parameters]);
  const before = keys.get(name);
  if (before) return before;
  const now = findKey(written, parameters);
  keys.set(name, now);
  return now;
}

const keys = new Map<string, Promise<string>>();

async function findKey(written: Members, parameters?: Members): Promise<string> {
  const path = at('catalog.yaml');
  writeFileSync(path, JSON.stringify(written));
  const catalog = await loadCatalog(path);
  await using opened = new AsyncDisposableStack();
  const tables = opened.adopt(await openAreas(catalog), (one) => one.close());
  const lines = opened.adopt(await openLines(catalog), (one) => one.close());
  const identify = openIdentifier({
    catalog,
    versions: {
      raster: async (name) => catalog.rasters.get(name)?.version ?? '7-1',
      lines: (name) => lines.use(name, async ({ version }) => version),
    },
  });
  const resolved = resolveOperation({ operation: 'o', ...(parameters && { parameters }) }, catalog);
  if (isRefusal(resolved)) throw new Error(refusalText(resolved));
  const [version, current] = await tables.use('t', async (open) => [open.version, await open.currentVersion()]);
  expect(current).toBe(version);
  return (await identify(resolved, { name: 't', version: version as string }))('9').key;
}

/** A value of a member, other than before, and whether the answer may be another with it. */
type Edit = readonly [key: 'another key' | 'the same key', value: unknown];

const edits: Readonly<Record<'rasters' | 'areas' | 'lines' | 'legend' | 'parameters', Readonly<Record<string, Edit>>>> =
  {
    rasters: {
      title: ['the same key', 'Other'],
      url: ['another key', 'b.tif'],
      version: ['another key', '2'],
      hosts: ['the same key', ['data.example.org']],
      nodata: ['another key', 0],
      mask: ['another key', 'none'],
      scaled: ['another key', true],
      sidecars: ['another key', 'none'],
      band: ['another key', 2],
      crs: ['another key', 'EPSG:5070'],
      units: ['the same key', 'm'],
      date: ['the same key', '2019'],
      citation: ['the same key', 'Somebody'],
      aliases: ['the same key', ['other']],
      legend: ['the same key', { 2: 'two' }],
    },
    areas: {
      title: ['the same key', 'Other'],
      source: ['another key', 'b.gpkg'],
      table: ['another key', 'web'],
      geometry: ['another key', 'other'],
      id: ['another key', 'fid'],
      name: ['the same key', 'label'],
      version: ['another key', '2'],
      // They say which areas are units, so that the keys of totals are others.
      downstream: ['the same key', 'label'],
      within: ['the same key', { t: 'label' }],
    },
    lines: {
      title: ['the same key', 'Other'],
      source: ['another key', 'b.geojson'],
      version: ['another key', '2'],
    },
    legend: { label: ['the same key', 'other'], color: ['the same key', '#000000'] },
    parameters: {
      title: ['the same key', 'Other'],
      values: ['the same key', ['a', 'b']],
      default: ['the same key', 'a'],
    },
  };

/** The members of operations; those of a type's own are in its definition. */
const ofOperations: Readonly<Record<string, Edit>> = {
  title: ['the same key', 'Other'],
  description: ['the same key', 'Other'],
  lifetime: ['the same key', '1h'],
  hardLimit: ['the same key', '2h'],
  maxAge: ['the same key', '3s'],
  staleWhileRevalidate: ['the same key', '4s'],
  tally: ['the same key', false],
  // Without a place in the name of a raster, a parameter is refused.
  // Each in place of the operation's own.
  rasters: ['another key', 'b'],
  target: ['another key', 'a'],
  weights: ['another key', 'b'],
  lines: ['another key', 'l'],
  quantiles: ['another key', [0.5]],
  cellAreas: ['another key', true],
};

/** The plainest operation of each type, and what makes it one of another type. */
const types: Readonly<Record<string, { readonly own: Members; readonly others: Members; readonly key: Edit[0] }>> = {
  groupedCount: { own: {}, others: { type: 'summary' }, key: 'another key' },
  groupedCountMany: { own: {}, others: { type: 'groupedCount' }, key: 'the same key' },
  change: { own: { rasters: ['a', 'b'] }, others: { type: 'groupedCount' }, key: 'another key' },
  groupedAverage: {
    own: { target: 'b' },
    others: { type: 'groupedCount', target: undefined },
    key: 'another key',
  },
  linesJoin: { own: { lines: 'm' }, others: { type: 'groupedCount', lines: undefined }, key: 'another key' },
  summary: { own: {}, others: { type: 'statistics' }, key: 'another key' },
  statistics: { own: {}, others: { type: 'summary' }, key: 'another key' },
};

const membersOf = (schema: unknown) => Object.keys((schema as Type.TObject).properties);

describe('every member of the schema of a catalog has a verdict', () => {
  it.each([
    ['rasters', RasterEntry],
    ['areas', AreaTableEntry],
    ['lines', LinesEntry],
    ['legend', LegendClass],
    ['parameters', ParameterEntry],
  ] as const)('of %s', (section, schema) => {
    expect(Object.keys(edits[section]).sort()).toEqual(membersOf(schema).sort());
  });

  it('of operations, of each type', () => {
    const variants = (OperationEntry as unknown as { anyOf: Type.TObject<{ type: Type.TLiteral }>[] }).anyOf;
    expect(variants.map(({ properties }) => properties.type.const).sort()).toEqual(Object.keys(types).sort());
    const members = new Set(variants.flatMap((one) => membersOf(one)));
    expect([...members].sort()).toEqual([...Object.keys(ofOperations), 'type', 'parameters'].sort());
  });

  it('and the file has no other sections', () => {
    expect(membersOf(CatalogFile).sort()).toEqual(
      ['title', 'description', 'rasters', 'operations', 'areas', 'lines'].sort(),
    );
  });
});

/** Expects that an edit changes the key, or does not. */
async function expectKey(verdict: Edit[0], before: Members, after: Members, parameters?: Members): Promise<void> {
  const [was, is] = [await keyOf(before, parameters), await keyOf(after, parameters)];
  expect(was === is ? 'the same key' : 'another key').toBe(verdict);
}

describe('an edit changes the key exactly when the answer may be another', () => {
  it.each(Object.entries(edits.rasters))('rasters: %s', async (member, [verdict, value]) => {
    const a = { ...plain.rasters.a, [member]: value };
    await expectKey(verdict, plain, { ...plain, rasters: { ...plain.rasters, a } });
  });

  // Only tables of databases have this member; the version of every table has all.
  it('areas: geometry', () => {
    const taken = { path: 'postgresql://db/areas', id: 'code', table: 'basins' };
    const versions = [undefined, ...edits.areas.geometry!].map((geometry) =>
      tableVersion('1', { ...taken, geometry: geometry as string | undefined }),
    );
    expect(new Set(versions).size).toBe(versions.length);
  });

  it.each(Object.entries(edits.areas).filter(([member]) => member !== 'geometry'))(
    'areas: %s',
    async (member, [verdict, value]) => {
      await expectKey(verdict, plain, { ...plain, areas: { t: { ...plain.areas.t, [member]: value } } });
    },
  );

  it.each(Object.entries(edits.lines))('lines: %s', async (member, [verdict, value]) => {
    const joined = { ...plain, operations: { o: { type: 'linesJoin', rasters: ['a'], lines: 'l' } } };
    await expectKey(verdict, joined, { ...joined, lines: { l: { ...plain.lines.l, [member]: value } } });
  });

  it.each(Object.entries(edits.legend))('legend: %s', async (member, [verdict, value]) => {
    const legend = { 1: { label: 'one', [member]: value } };
    await expectKey(verdict, plain, { ...plain, rasters: { ...plain.rasters, a: { ...plain.rasters.a, legend } } });
  });

  it.each(Object.entries(edits.parameters))('parameters: %s', async (member, [verdict, value]) => {
    const withParameter = (month: Members) => ({
      ...plain,
      operations: { o: { type: 'groupedCount', rasters: ['{month}'], parameters: { month } } },
    });
    const month = { values: ['b', 'a'] };
    await expectKey(verdict, withParameter(month), withParameter({ ...month, [member]: value }), { month: 'a' });
  });

  it.each(['title', 'description'])('the file: %s', (member) =>
    expectKey('the same key', plain, { ...plain, [member]: 'Other' }),
  );

  describe.each(Object.entries(types))('operations: %s', (type, { own, others, key }) => {
    const two = { ...plain, lines: { ...plain.lines, m: { source: 'b.geojson' } } };
    const before: Members & { rasters: readonly string[] } = { type, rasters: ['a'], ...own };
    const edited = (members: Members) => ({ ...two, operations: { o: { ...before, ...members } } });
    const variants = (OperationEntry as unknown as { anyOf: Type.TObject<{ type: Type.TLiteral }>[] }).anyOf;
    const variant = variants.find(({ properties }) => properties.type.const === type);
    const members = membersOf(variant).filter((member) => member !== 'type' && member !== 'parameters');

    it.each(members)('%s', async (member) => {
      const [verdict, value] = ofOperations[member] as Edit;
      const other = member === 'rasters' ? before.rasters.map((name) => (name === 'a' ? 'b' : 'a')) : value;
      await expectKey(verdict, edited({}), edited({ [member]: other }));
    });

    it('type', () => expectKey(key, edited({}), edited(others)));
  });
});

it('an operator who gives versions may move a file, but not take other parts of it', async () => {
  const area = { ...plain.areas.t, version: '1' };
  const given = { ...plain, areas: { t: area }, rasters: { ...plain.rasters, a: { url: 'a.tif', version: '1' } } };
  const moved = {
    areas: { t: { ...area, source: 'b.gpkg' } },
    rasters: { b: { url: 'b.tif' }, a: { url: 'b.tif', version: '1' } },
  };
  await expectKey('the same key', given, { ...given, ...moved });
  await expectKey('another key', given, { ...given, areas: { t: { ...area, id: 'fid' } } });
  await expectKey('another key', given, { ...given, areas: { t: { ...area, table: 'web' } } });
});

it('a file that moves to another folder keeps its results', async () => {
  const other = mkdtempSync(join(folder, 'other-'));
  for (const name of ['a.tif', 'a.gpkg']) {
    copyFileSync(at(name), join(other, name));
    utimesSync(join(other, name), 1, 1);
  }
  const moved = {
    areas: { t: { ...plain.areas.t, source: join(other, 'a.gpkg') } },
    rasters: { ...plain.rasters, a: { url: join(other, 'a.tif') } },
  };
  await expectKey('the same key', plain, { ...plain, ...moved });
});
