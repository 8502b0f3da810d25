import type { AreaTable } from '@cellshed/areas';
import type { CatalogVersions } from '@cellshed/chores';
import { allThat, areaOf, ask, askedResults } from '../../src/archive/precomputation.ts';

const huc = {
  ids: async function* () {
    yield* ['01', '02', '11'];
  },
} as unknown as AreaTable;

type Asking = Parameters<typeof ask>;
type Wanted = Asking[2]['operations'][number];

const soil: Wanted = {
  name: 'soil',
  resolved: { operation: 'soil', coverage: 'centre' },
  definition: { type: 'groupedCount', rasters: ['soil'] },
};
const join = { type: 'linesJoin', rasters: ['nlcd', 'soil'], lines: 'streams' } as const;
const chosen: Wanted = {
  name: 'joined(nlcd,soil)',
  resolved: { operation: 'joined', definition: join, coverage: 'centre' },
  definition: join,
};

function asking({ onIdentify = () => undefined }: { onIdentify?: (id: string) => unknown } = {}) {
  const versions: Record<string, string> = { soil: '2016', nlcd: '2019', streams: '3', huc: '1' };
  const of = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, versions[name] as string]));
  const operations: Asking[0] = {
    identify: async ({ operation, definition, area }) =>
      (onIdentify((area as { id: string }).id) ?? {
        key: '',
        fingerprint: `${operation} ${definition?.type} ${versions.soil}`,
      }) as Awaited<ReturnType<Asking[0]['identify']>>,
  };
  const opened: CatalogVersions = {
    sources: async (definition) => ({
      rasters: of(definition.rasters),
      lines: of(definition.type === 'linesJoin' ? ['streams'] : []),
    }),
    table: async () => versions.huc as string,
    areas: async (_name, choose) => ({ version: versions.huc as string, ids: await choose(huc) }),
    close: async () => undefined,
  };
  const wanted = { table: 'huc', operations: [soil, chosen], choose: allThat((id) => id.startsWith('0')) };
  return { versions, args: [operations, opened, wanted] as Asking };
}

it('asks for the areas that match with every operation, by area, then by the name of the operation', async () => {
  const asked = await ask(...asking().args);
  expect(asked).toEqual({
    table: 'huc',
    tableVersion: '1',
    ids: ['01', '02'],
    operations: [
      {
        name: 'joined(nlcd,soil)',
        resolved: chosen.resolved,
        fingerprint: 'joined linesJoin 2016',
        rasters: { nlcd: '2019', soil: '2016' },
        lines: { streams: '3' },
      },
      {
        name: 'soil',
        resolved: soil.resolved,
        fingerprint: 'soil undefined 2016',
        rasters: { soil: '2016' },
        lines: {},
      },
    ],
  });
  expect(Array.from(askedResults(asked), ({ id, operation }) => `${id} ${operation.name}`)).toEqual([
    '01 joined(nlcd,soil)',
    '01 soil',
    '02 joined(nlcd,soil)',
    '02 soil',
  ]);
});

it.each(['soil', 'streams', 'huc'])(
  'throws when %s is replaced while it is asked, so that no fingerprint has wrong versions',
  async (what) => {
    const { versions, args } = asking({
      onIdentify: () => {
        versions[what] = '2024';
      },
    });
    await expect(ask(...args)).rejects.toThrow(
      /^a raster, the lines or the area table of operation joined\(nlcd,soil\) was replaced/,
    );
  },
);

it('throws when no area is asked for, and when the table has lost one', async () => {
  const [operations, versions, wanted] = asking().args;
  await expect(ask(operations, versions, { ...wanted, choose: allThat(() => false) })).rejects.toThrow(
    'table huc has no area that is asked for',
  );
  const gone = asking({ onIdentify: (id) => ({ problem: `area: table huc has no area "${id}"` }) });
  await expect(ask(...gone.args)).rejects.toThrow('area: table huc has no area "01": the table was replaced');
});

it('asks for areas of a table, or for those with a value of a property as one', async () => {
  const asked = await ask(...asking().args);
  expect(areaOf(asked, '01')).toEqual({ table: 'huc', id: '01' });
  expect(areaOf({ ...asked, group: { by: 'state' } }, 'PA')).toEqual({ table: 'huc', by: 'state', value: 'PA' });
});
