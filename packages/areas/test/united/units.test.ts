import fc from 'fast-check';
import { openAreaTable, propertyValues, unitsByProperty } from '../../src/index.ts';
import { collect } from '../area-table-suite.ts';
import { basins } from '../fixtures.ts';

const tableOf = (values: readonly (string | undefined)[]) => ({
  values: async function* () {
    for (const [i, value] of values.entries()) yield [String(i).padStart(3, '0'), value] as const;
  },
});

it('units have the same value, each area is one of them once, and all is ascending', async () => {
  const anyValues = fc.array(fc.option(fc.constantFrom('b', 'a', 'ä', '10', '9', ''), { nil: undefined }));
  await fc.assert(
    fc.asyncProperty(anyValues, async (values) => {
      const { units, others } = await unitsByProperty(tableOf(values), 'x', (id) => !id.endsWith('7'));
      const expected = new Map<string | undefined, string[]>();
      for (const [i, value] of values.entries()) {
        const id = String(i).padStart(3, '0');
        if (!id.endsWith('7')) expected.set(value, [...(expected.get(value) ?? []), id]);
      }
      expect(others).toEqual(expected.get(undefined) ?? []);
      expected.delete(undefined);
      expect([...units.keys()]).toEqual([...expected.keys()].sort());
      expect(units).toEqual(expected);
    }),
  );
});

it('a property is cut after so many characters, not in the middle of one', async () => {
  const values = await collect(propertyValues(tableOf(['990101010101', '99', undefined, '𝔸𝔹ℂ']), 'huc12:2'));
  expect(values.map(([, value]) => value)).toEqual(['99', '99', undefined, '𝔸𝔹']);
  await expect(collect(propertyValues(tableOf([]), 'huc12:0'))).rejects.toThrow(
    '"huc12:0" has no characters, expected at least 1',
  );
});

it.each(['geojson', 'gpkg'] as const)(
  'of a %s, a property that is not there is refused with those that are',
  async (ending) => {
    const table = await openAreaTable({
      ...{ name: 'basins', path: basins[ending], id: 'code' },
      ...(ending === 'gpkg' && { table: 'wgs84' }),
    });
    await expect(unitsByProperty(table, 'lable:3')).rejects.toThrow(/"lable".* code, number, label, share, natural/);
    const { units } = await unitsByProperty(table, 'natural');
    expect([...units]).toEqual([
      ['false', ['020401', 'nowhere', 'open']],
      ['true', ['0204', '020402', 'Ä-1']],
    ]);
    await table.close();
  },
);
