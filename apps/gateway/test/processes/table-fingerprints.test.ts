import { fingerprintOf, type Polygons, UnusableAreaError, type WellKnownArea } from '@cellshed/areas';
import { fingerprintIn } from '../../src/processes/table-fingerprints.ts';

const polygons: Polygons = [
  [
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
];
const area: WellKnownArea = { id: '1', properties: {}, polygons, warnings: [] };

/** A table with this answer, and the ids that were read. */
function tableOf(answer: () => WellKnownArea | undefined) {
  const read: string[] = [];
  const get = async (id: string) => {
    read.push(id);
    return answer();
  };
  return { read, table: { get } };
}

it('an area of a table is read once, however often somebody draws its box', async () => {
  const { read, table } = tableOf(() => area);
  const paid: string[] = [];
  for (let i = 0; i < 3; i++)
    expect(await fingerprintIn(table, '1', ({ id }) => paid.push(id))).toBe(fingerprintOf({ polygons }));
  expect([read, paid]).toEqual([['1'], ['1']]);
});

it('so is one for which whoever asks cannot pay, and one whose geometry is wrong', async () => {
  const broke = () => {
    throw new Error('over budget');
  };
  const { read, table } = tableOf(() => area);
  await expect(fingerprintIn(table, '1', broke)).rejects.toThrow('over budget');
  expect(await fingerprintIn(table, '1', broke)).toBe(fingerprintOf({ polygons }));
  expect(read).toEqual(['1']);
  const wrong = tableOf(() => {
    throw new UnusableAreaError('ring 0 has 3 positions', area);
  });
  for (let i = 0; i < 2; i++) expect(await fingerprintIn(wrong.table, '1', broke)).toBe('');
  expect(wrong.read).toEqual(['1']);
});

it('a table that is away is asked again', async () => {
  let isAway = true;
  const { table } = tableOf(() => {
    if (isAway) throw new Error('the database is away');
    return area;
  });
  await expect(fingerprintIn(table, '1', () => undefined)).rejects.toThrow('away');
  isAway = false;
  expect(await fingerprintIn(table, '1', () => undefined)).toBe(fingerprintOf({ polygons }));
});
