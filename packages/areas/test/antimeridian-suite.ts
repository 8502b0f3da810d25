import type { AreaTable, Bbox, Polygons, Position } from '../src/index.ts';

const box = (west: number, east: number): Position[] => [
  [west, -20],
  [east, -20],
  [east, -15],
  [west, -15],
  [west, -20],
];

/** Areas on both sides of the antimeridian, by their ids. */
export const acrossAntimeridian: Readonly<Record<string, Polygons>> = {
  beyond: [[box(181, 185)]],
  cut: [[box(176, 180)], [box(-180, -179)]],
  far: [[box(200, 210)]],
  leaping: [[box(178, -177)]],
  plain: [[box(10, 20)]],
};

/**
 * The suite that every area table passes for areas that cross the antimeridian or lie beyond it.
 * `open` opens a table of the areas above.
 */
export function describeAntimeridian(title: string, open: () => Promise<AreaTable>): void {
  describe(title, () => {
    let table: AreaTable;
    beforeAll(async () => {
      table = await open();
    });
    afterAll(() => table.close());

    const found = async (bbox: Bbox) => (await table.list({ limit: 10, offset: 0, bbox })).items.map(({ id }) => id);

    it('gives areas as the source has them, and says which way round a ring is counted that leaps', async () => {
      for (const [id, polygons] of Object.entries(acrossAntimeridian)) {
        const area = await table.get(id);
        expect(area?.polygons).toEqual(polygons);
        expect(area?.warnings).toEqual(
          id === 'leaping'
            ? [
                'ring 0 has an edge from longitude 178 to -177: counted across the antimeridian, not the long way around the world',
              ]
            : [],
        );
      }
    });

    it('lists them with the boxes that they have on Earth', async () => {
      const { items } = await table.list({ limit: 10, offset: 0 });
      expect(Object.fromEntries(items.map(({ id, bbox }) => [id, bbox]))).toEqual({
        beyond: [-179, -20, -175, -15],
        cut: [-180, -20, 180, -15],
        far: [-160, -20, -150, -15],
        leaping: [178, -20, -177, -15],
        plain: [10, -20, 20, -15],
      });
    });

    it('finds them by what their boxes meet on either side', async () => {
      expect(await found([179.5, -18, 180, -17])).toEqual(['cut', 'leaping']);
      expect(await found([-177.5, -18, -177.2, -17])).toEqual(['beyond', 'cut', 'leaping']);
      expect(await found([179, -18, -178, -17])).toEqual(['beyond', 'cut', 'leaping']);
      expect(await found([-155, -18, -154, -17])).toEqual(expect.arrayContaining(['far']));
      expect(await found([15, -18, 16, -17])).toEqual(expect.arrayContaining(['plain']));
      expect(await found([-155, -18, -154, -17])).not.toContain('plain');
      expect(await found([-155, 10, -154, 11])).toEqual([]);
      expect(await found([-180, -90, 180, 90])).toEqual(Object.keys(acrossAntimeridian));
    });

    it('extends around the world', async () => {
      const extent = await table.extent();
      if (extent !== undefined) expect([extent[0], extent[2]]).toEqual([-180, 180]);
    });
  });
}
