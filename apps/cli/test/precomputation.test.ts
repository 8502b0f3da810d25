import type { CatalogVersions } from '../src/catalog-versions.ts';
import { ask, askedResults } from '../src/precomputation.ts';

const catalog = {
  operations: new Map([
    ['soil', { rasters: ['soil'] }],
    ['nlcd_soil', { rasters: ['nlcd', 'soil'] }],
  ]),
};
type Asking = Parameters<typeof ask>;

function asking({ onIdentify = () => undefined }: { onIdentify?: (id: string) => unknown } = {}) {
  const versions: Record<string, string> = { soil: '2016', nlcd: '2019', huc: '1' };
  const operations = {
    catalog,
    identify: async ({ operation, area }: { operation: string; area: { id: string } }) =>
      onIdentify(area.id) ?? { key: '', fingerprint: `${operation} ${versions.soil}` },
  } as unknown as Asking[0];
  const opened: CatalogVersions = {
    rasters: async (names) => Object.fromEntries(names.map((name) => [name, versions[name] as string])),
    table: async () => versions.huc as string,
    areas: async (_name, matches) => ({ version: versions.huc as string, ids: ['01', '02', '11'].filter(matches) }),
    close: async () => undefined,
  };
  const wanted = { table: 'huc', operations: ['soil', 'nlcd_soil'], matches: (id: string) => id.startsWith('0') };
  return { versions, args: [operations, opened, wanted] as Asking };
}

it('asks for the areas that match with every operation, by area, then by the name of the operation', async () => {
  const asked = await ask(...asking().args);
  expect(asked).toEqual({
    table: 'huc',
    tableVersion: '1',
    ids: ['01', '02'],
    operations: [
      { name: 'nlcd_soil', fingerprint: 'nlcd_soil 2016', rasters: { nlcd: '2019', soil: '2016' } },
      { name: 'soil', fingerprint: 'soil 2016', rasters: { soil: '2016' } },
    ],
  });
  expect(Array.from(askedResults(asked), ({ id, operation }) => `${id} ${operation.name}`)).toEqual([
    '01 nlcd_soil',
    '01 soil',
    '02 nlcd_soil',
    '02 soil',
  ]);
});

it.each(['soil', 'huc'])(
  'throws when %s is replaced while it is asked, so that no fingerprint has wrong versions',
  async (what) => {
    const { versions, args } = asking({
      onIdentify: () => {
        versions[what] = '2024';
      },
    });
    await expect(ask(...args)).rejects.toThrow(/^a raster or the area table of operation nlcd_soil was replaced/);
  },
);

it('throws when no area is asked for, and when the table has lost one', async () => {
  const [operations, versions, wanted] = asking().args;
  await expect(ask(operations, versions, { ...wanted, matches: () => false })).rejects.toThrow(
    'table huc has no area that is asked for',
  );
  const gone = asking({ onIdentify: (id) => ({ problem: `area: table huc has no area "${id}"` }) });
  await expect(ask(...gone.args)).rejects.toThrow('area: table huc has no area "01": the table was replaced');
});
