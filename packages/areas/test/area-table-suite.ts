import { isRefusal } from '@cellshed/contracts';
import {
  type Area,
  type AreaTable,
  type Bbox,
  NoPropertyError,
  type Polygons,
  polygonsInLonLat,
  type Ring,
  UnusableAreaError,
} from '../src/index.ts';
import { basin, basinProperties } from './fixtures.ts';

/**
 * Finds each area by its own box, which tables in longitude and latitude must do, and nothing by a
 * shifted box.
 */
export async function expectFoundByBox(opening: Promise<AreaTable>): Promise<void> {
  const table = await opening;
  const { items } = await table.list({ limit: 100, offset: 0 });
  for (const { id, bbox } of items) {
    if (!bbox) continue;
    expect(await table.withBox(bbox)).toEqual([id]);
    expect(await table.withBox(bbox.map((side) => side + 0.001) as unknown as Bbox)).toEqual([]);
  }
  await table.close();
}

/**
 * The suite that every area table passes, on the features of `basins.geojson`: ids in `code`, names
 * in `label`. `open` opens a table called `basins`, with the given version if there is one. The
 * file leaves a ring of the area `open` unclosed. A source that cannot hold such a ring has another
 * fault there, and `wrong` is its sentence. A source that winds outer rings clockwise is `rewound`.
 */
export function describeAreaTable(
  title: string,
  open: (given?: { readonly version: string }) => Promise<AreaTable>,
  wrong?: string,
  rewound?: 'rewound',
): void {
  describe(title, () => {
    let table: AreaTable;
    beforeAll(async () => {
      table = await open();
    });
    afterAll(() => table.close());

    const idsOf = async (query: Partial<Parameters<AreaTable['list']>[0]>) => {
      const { matched, items } = await table.list({ limit: 100, offset: 0, ...query });
      expect(items).toHaveLength(matched);
      return items.map(({ id }) => id);
    };
    const allIds = ['0204', '020401', '020402', '9', 'nowhere', 'open', 'Ä-1'];

    it.each(['0204', '020401', '020402', '9', 'Ä-1'])(
      'gives the polygons of %s in its own CRS, which are those of the source in longitude and latitude',
      async (id) => {
        const area = await table.get(id);
        const expected: Polygons = basin(id).polygons;
        expectClose(area && inLonLat(area), rewound ? expected.map((rings) => rings.map(wound)) : expected);
      },
    );

    it('tells the stored size of an area and of a page alike, or of neither', async () => {
      const sizes = ['0204', '020401'].map((id) => table.storedBytes?.(id));
      const page = table.storedBytes?.({ limit: 2, offset: 0 });
      if (sizes.includes(undefined)) expect([...sizes, page]).toEqual([undefined, undefined, undefined]);
      else expect(page).toBe((sizes[0] as number) + (sizes[1] as number));
      expect(table.storedBytes?.('none')).toBeUndefined();
      expect(table.storedBytes?.({ limit: 2, offset: 0, q: '02' })).toBeUndefined();
    });

    it('names areas without reading them, and those that it does not have not at all', async () => {
      const named = await table.names?.(['020402', 'none', 'nowhere', '9']);
      expect(named).toEqual(new Map(['020402', '9'].map((id) => [id, basin(id).properties.label])));
    });

    it('gives the values of a property as text, by ascending id', async () => {
      const all = async (property: string) => {
        const found: (readonly [string, string | undefined])[] = [];
        for await (const one of table.values(property)) found.push(one);
        return found;
      };
      const known = (property: 'number' | 'label' | 'share' | 'natural') =>
        allIds.map((id) => [id, basinProperties(id)?.[property]?.toString() || undefined]);
      for (const property of ['number', 'label', 'share', 'natural'] as const)
        expect(await all(property)).toEqual(known(property));
      expect(await all('code')).toEqual(allIds.map((id) => [id, id]));
      const refused = await all('hue').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(NoPropertyError);
      expect(refused).toMatchObject({ property: 'hue', known: expect.arrayContaining(['code', 'label']) });
      expect((refused as Error).message).toMatch(/^area table basins: .*"hue".*label/);
    });

    it('gives id, name and properties as the source has them', async () => {
      const area = await table.get('020402');
      expect(area).toMatchObject({ id: '020402', name: 'Lower Basin' });
      expect(area?.properties).toEqual({
        code: '020402',
        number: 20,
        label: 'Lower Basin',
        share: 0.125,
        natural: true,
      });
      expect((await table.get('9'))?.properties).toMatchObject({ share: null, natural: null });
    });

    it('knows an id only as it is written', async () => {
      for (const id of ['204', '020401 ', '09', '9.0', 'OPEN', 'a-1', '', '%', '__proto__', "' OR 1=1 --", '\0']) {
        expect(await table.get(id)).toBeUndefined();
        expect(await table.has(id)).toBe(false);
      }
    });

    it('has an id whatever its geometry', async () => {
      for (const id of allIds) expect(await table.has(id)).toBe(true);
    });

    it('warns of a ring that crosses itself, and of no other', async () => {
      expect((await table.get('9'))?.warnings).toEqual([
        ...table.notes,
        // Edges are straight in the CRS of the table.
        expect.stringMatching(
          /^ring 0 crosses itself near \(-74\.800\d\d, 40\.100\d\d\): counted by the even–odd rule$/,
        ),
      ]);
      for (const id of ['0204', '020401', '020402', 'Ä-1'])
        expect((await table.get(id))?.warnings).toEqual(table.notes);
    });

    it('refuses an area without geometry, naming table and id', async () => {
      await expect(table.get('nowhere')).rejects.toThrow(
        /^area table basins: area nowhere: geometry is (null|missing), expected a/,
      );
    });

    it('tells of an area that cannot be used all but its geometry', async () => {
      const error = await table.get('nowhere').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnusableAreaError);
      expect((error as UnusableAreaError).area).toMatchObject({ id: 'nowhere', properties: { number: 50 } });
    });

    if (wrong === undefined) {
      it('closes a ring that is left open, with a warning', async () => {
        const area = await table.get('open');
        expect(area?.polygons[0]?.map((ring) => ring.length)).toEqual([5, 5]);
        expect(area?.polygons[0]?.[1]?.at(-1)).toEqual(area?.polygons[0]?.[1]?.[0]);
        expect(area?.warnings).toEqual([
          ...table.notes,
          'ring 1 is not closed: the last position is joined to the first',
        ]);
      });
    } else {
      it('refuses a wrong geometry, naming table and id', async () => {
        await expect(table.get('open')).rejects.toThrow(new RegExp(`^area table basins: area open: ${wrong}`));
      });
    }

    it('lists all areas by ascending id', async () => {
      expect(await idsOf({})).toEqual(allIds);
    });

    it('lists areas with all that get gives, and their box', async () => {
      const { items } = await table.list({ limit: 1, offset: 1 });
      const { warnings, crs, polygons, ...area } = (await table.get('020401')) ?? {};
      expect(items[0]).toEqual({ ...area, polygons: expect.anything(), bbox: expect.anything() });
      expectClose(items[0]?.polygons, polygons && inLonLat({ polygons, crs }));
      expectClose(items[0]?.bbox, [-76.1, 40.45, -75.12345678901235, 41.25]);
    });

    it('lists an area whose geometry is wrong or missing with the reason, so that the others are listed', async () => {
      const { items } = await table.list({ limit: 100, offset: 0 });
      const unusable = items.filter(({ problem }) => problem !== undefined);
      expect(unusable.map(({ id, polygons, bbox }) => [id, polygons, bbox])).toEqual([
        ['nowhere', [], undefined],
        ...(wrong === undefined ? [] : [['open', [], undefined]]),
      ]);
      expect(unusable[0]?.problem).toMatch(/^geometry is (null|missing), expected a/);
      if (wrong !== undefined) expect(unusable[1]?.problem).toMatch(new RegExp(`^${wrong}`));
    });

    it('pages through what matches and says how much that is', async () => {
      const page = async (limit: number, offset: number) => {
        const { matched, items } = await table.list({ limit, offset });
        return [matched, items.map(({ id }) => id)];
      };
      expect(await page(2, 0)).toEqual([7, ['0204', '020401']]);
      expect(await page(2, 2)).toEqual([7, ['020402', '9']]);
      expect(await page(5, 6)).toEqual([7, ['Ä-1']]);
      expect(await page(5, 7)).toEqual([7, []]);
      expect(await page(0, 0)).toEqual([7, []]);
    });

    it('ends a page before it has more vertices than it may, but not before its first area', async () => {
      const { items: all } = await table.list({ limit: 100, offset: 0 });
      const vertices = all.map(({ polygons }) => polygons.flat().reduce((sum, ring) => sum + ring.length, 0));
      const most = Math.max(...vertices);
      for (const allowed of [0, most, most + 1, 2 * most]) {
        const seen: string[] = [];
        while (seen.length < all.length) {
          const { matched, items } = await table.list({ limit: 100, offset: seen.length, vertices: allowed });
          expect([matched, items.length > 0]).toEqual([all.length, true]);
          const of = vertices.slice(seen.length, seen.length + items.length + 1);
          const sum = of.slice(0, items.length).reduce((total, one) => total + one, 0);
          expect(sum <= allowed || items.length === 1).toBe(true);
          // A page does not end sooner than necessary either, where a database does not count
          // vertices that are not shown.
          const isWrong = [...items, ...all.slice(seen.length)].some(({ problem }) => problem !== undefined);
          expect(isWrong || of.length === items.length || sum + (of.at(-1) as number) > allowed).toBe(true);
          seen.push(...items.map(({ id }) => id));
        }
        expect(seen).toEqual(all.map(({ id }) => id));
      }
      expect((await table.list({ limit: 2, offset: 0, vertices: 1_000_000 })).items).toHaveLength(2);
    });

    it('lists areas by their ids, in the order in which they are asked for', async () => {
      const { items } = await table.list({ limit: 100, offset: 0 });
      const asked = ['nowhere', '9', 'none', 'Ä-1', '\0', '0204', '020402'];
      const wanted = asked.flatMap((id) => items.find((area) => area.id === id) ?? []);
      expect(wanted).toHaveLength(5);
      expect(await table.some(asked)).toEqual(wanted);
      const seen: unknown[] = [];
      for (let left = asked; left.length > 0; ) {
        const some = await table.some(left, 12);
        const vertices = some.flatMap(({ polygons }) => polygons.flat()).reduce((sum, ring) => sum + ring.length, 0);
        expect(vertices <= 12 || some.length === 1).toBe(true);
        seen.push(...some);
        left = left.slice(left.indexOf(some.at(-1)?.id ?? '') + 1);
      }
      expect(seen).toEqual(wanted);
      expect(await table.some([])).toEqual([]);
      expect(await table.some(['none'], 1)).toEqual([]);
    });

    it('finds by how an id begins and by what a name contains, whatever the case', async () => {
      expect(await idsOf({ q: '0204' })).toEqual(['0204', '020401', '020402']);
      expect(await idsOf({ q: '02' })).toEqual(['0204', '020401', '020402']);
      expect(await idsOf({ q: '401' })).toEqual([]);
      expect(await idsOf({ q: 'BASIN' })).toEqual(['020401', '020402']);
      expect(await idsOf({ q: 'ängs' })).toEqual([]);
      expect(await idsOf({ q: 'ångs' })).toEqual(['Ä-1']);
      expect(await idsOf({ q: 'ä' })).toEqual(['Ä-1']);
      expect(await idsOf({ q: '' })).toEqual(allIds);
      const { matched, items } = await table.list({ q: 'basin', limit: 1, offset: 1 });
      expect([matched, items.map(({ id }) => id)]).toEqual([2, ['020402']]);
    });

    it.each(['%', '_', "'", '"', "o'brien_c", '"north"'])('takes %s in a search for itself', async (q) => {
      expect(await idsOf({ q })).toEqual(['9']);
    });

    it('finds what a box meets, by the box of the area', async () => {
      expect(await idsOf({ bbox: [-75.6, 40.5, -75.5, 40.55] })).toEqual(['020401', '020402']);
      expect(await idsOf({ bbox: [-75.7, 40.7, -75.6, 40.8] })).toEqual(['020401']);
      // One box is in the hole of 020402, the other between the two polygons of 0204.
      expect(await idsOf({ bbox: [-75.75, 40.15, -75.65, 40.25] })).toEqual(['020402']);
      expect(await idsOf({ bbox: [-75.56, 39.2, -75.54, 39.3] })).toEqual(['0204']);
      expect(await idsOf({ bbox: [-70, 40, -69, 41] })).toEqual([]);
      expect(await idsOf({ bbox: [-75, 45, -74, 46] })).toEqual([]);
      expect(await idsOf({ bbox: [-75, 10, -74, 11] })).toEqual([]);
      expect(await idsOf({ bbox: [-90, 40, -80, 41] })).toEqual([]);
    });

    it('finds what a box barely meets, and not what it barely misses', async () => {
      expect(await idsOf({ bbox: [-74.3000001, 39, -74, 40.0000001] })).toEqual(['Ä-1']);
      expect(await idsOf({ bbox: [-74.2999999, 39, -74, 40.0000001] })).toEqual([]);
      expect(await idsOf({ bbox: [-74.3000001, 39, -74, 39.9999999] })).toEqual([]);
      expect(await idsOf({ bbox: [-74.6, 40.1999999, -74.4999999, 40.3] })).toEqual(['Ä-1']);
      expect(await idsOf({ bbox: [-74.6, 40.2000001, -74.4999999, 40.3] })).toEqual([]);
      expect(await idsOf({ bbox: [-74.6, 40.1999999, -74.5000001, 40.3] })).toEqual([]);
    });

    it('finds across the antimeridian with a box whose west is east of its east', async () => {
      expect(await idsOf({ bbox: [170, 39, -75.7, 41] })).toEqual(['0204', '020401', '020402']);
      expect(await idsOf({ bbox: [-74.4, 39.5, -170, 40.5] })).toEqual(['Ä-1']);
    });

    it('finds by box and text together', async () => {
      expect(await idsOf({ bbox: [-75.6, 40.5, -75.5, 40.55], q: 'lower' })).toEqual(['020402']);
    });

    it('finds everything that has a place in the box of the world, and by a point what lies around it', async () => {
      const placed = ['0204', '020401', '020402', '9', 'Ä-1'];
      expect((await idsOf({ bbox: [-180, -90, 180, 90] })).filter((id) => id !== 'open')).toEqual(placed);
      expect(await idsOf({ bbox: [-74.4, 40.1, -74.4, 40.1] })).toEqual(['Ä-1']);
      expect(await idsOf({ bbox: [-74.4, 41.9, -74.4, 41.9] })).toEqual([]);
    });

    it('finds by a box that goes around the world and to a pole', async () => {
      expect(await idsOf({ bbox: [-180, -90, 180, 40.3] })).toEqual(['0204', '020402', '9', 'Ä-1']);
      expect(await idsOf({ bbox: [-180, 40.3, 180, 90], q: '02' })).toEqual(['020401', '020402']);
    });

    it('finds no other area by the box of one', async () => {
      const { items } = await table.list({ limit: 100, offset: 0 });
      for (const { id, bbox } of items) if (bbox) expect([[id], []]).toContainEqual(await table.withBox(bbox));
    });

    it('pages through what a box meets', async () => {
      const { matched, items } = await table.list({ bbox: [-75.6, 40.5, -75.5, 40.55], limit: 1, offset: 1 });
      expect([matched, items.map(({ id }) => id)]).toEqual([2, ['020402']]);
      expect(await table.list({ bbox: [-75.6, 40.5, -75.5, 40.55], limit: 1, offset: 2 })).toEqual({
        matched: 2,
        items: [],
      });
    });

    it('finds nothing by characters that no source can hold', async () => {
      for (const q of ['\0', '\ud800']) expect(await idsOf({ q })).toEqual([]);
    });

    it('knows how far it extends, or does not say', async () => {
      const [west, south, east, north] = (await table.extent()) ?? [-76.1, 39.1, -74.3, 41.25];
      for (const [side, least, most] of [
        [west, -76.6, -76.1],
        [south, 38.6, 39.1],
        [-east, 73.8, 74.3],
        [-north, -41.75, -41.25],
      ] as const) {
        expect(side).toBeGreaterThan(least);
        expect(side).toBeLessThan(most + 1e-9);
      }
    });

    it('gives all ids, ascending', async () => {
      expect(await collect(table.ids())).toEqual(allIds);
    });

    it('has the name it was opened by, and a version fit for a file name that stays while the source does', async () => {
      expect(table.name).toBe('basins');
      expect(table.version).toMatch(/^[\w.-]+$/);
      expect(await table.currentVersion()).toBe(table.version);
    });

    it('has the version it was given', async () => {
      const given = await open({ version: '2019' });
      expect([given.version, await given.currentVersion()]).toEqual(['2019', '2019']);
      await given.close();
    });

    it('can be closed twice', async () => {
      const other = await open();
      await other.close();
      await other.close();
    });
  });
}

/** A ring that winds clockwise where it is the outer one, and a hole that winds the other way. */
function wound(ring: Ring, i: number): Ring {
  const area = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return area < 0 === (i === 0) ? ring : ring.toReversed();
}

/** The polygons of an area in longitude and latitude. */
export function inLonLat(area: Pick<Area, 'polygons' | 'crs'>): Polygons {
  const converted = polygonsInLonLat(area);
  if (isRefusal(converted)) throw new Error(converted.problem);
  return converted.polygons;
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/**
 * Expects an equal shape, and every number equal to a billionth of a degree (a tenth of a
 * millimetre), or to the given tolerance.
 */
export function expectClose(actual: Polygons | Bbox | undefined, expected: unknown, tolerance = 1e-9): void {
  const [a, b] = [actual, expected].map((values) => [values].flat(5) as number[]) as [number[], number[]];
  const shapeOf = (values: unknown) => JSON.stringify(values)?.replace(/[^[\]]/g, '');
  expect(shapeOf(actual)).toBe(shapeOf(expected));
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(tolerance);
}
