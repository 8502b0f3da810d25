import { type AreaTable, NoPropertyError } from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import fc from 'fast-check';
import { openUnits } from '../../src/totals/units.ts';

type Row = Readonly<Record<string, string | undefined>>;

/** A table of these rows, and the properties whose values were read. */
function tableOf(rows: Readonly<Record<string, Row>>) {
  const read: string[] = [];
  const known = [...new Set(Object.values(rows).flatMap(Object.keys))];
  const table = {
    name: 't',
    async *values(property: string) {
      read.push(property);
      if (!known.includes(property)) throw new NoPropertyError(`none is ${property}`, { property, known });
      for (const id of Object.keys(rows).sort()) yield [id, rows[id]?.[property]] as const;
    },
  } as unknown as AreaTable;
  return { table, read };
}

const unitsOf = (downstream?: string) =>
  openUnits({ areas: new Map([['t', { name: 't', source: '', id: 'id', ...(downstream && { downstream }) }]]) });

/** Trees, several outlets, links to nowhere, and cycles. */
const anyRows = fc
  .array(fc.record({ to: fc.option(fc.nat(15), { nil: undefined }), kind: fc.constantFrom('a', 'bb', 'bc') }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((some) =>
    Object.fromEntries(
      some.map(({ to, kind }, i): [string, Row] => [`x${i}`, { to: to === undefined ? undefined : `x${to}`, kind }]),
    ),
  );

it('the units upstream are those whose way down passes, unless the area drains into itself', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, async (rows) => {
      const { table } = tableOf({ ...rows, z: { to: 'x0', kind: 'a' } });
      const units = unitsOf('to');
      const below = (id: string) => (id === 'z' ? 'x0' : rows[id]?.['to']);
      const passes = (id: string, wanted: string) => {
        let at: string | undefined = id;
        for (let steps = 0; at !== undefined && steps < 20; steps++) {
          if (at === wanted) return true;
          at = below(at);
        }
        return false;
      };
      const ids = [...Object.keys(rows), 'z'].sort();
      for (const upstream of ids) {
        const found = await units.of({ table: 't', upstream }, table);
        const next = below(upstream);
        if (next !== undefined && passes(next, upstream)) {
          expect(found).toEqual({
            path: 'area',
            problem: expect.stringMatching(new RegExp(`^${upstream} drains into itself: x.* → `)),
          });
        } else expect(found).toEqual(ids.filter((id) => passes(id, upstream)));
      }
    }),
  );
});

it('the units of a value are the areas that have it, and those of a larger area within', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, async (rows) => {
      const { table } = tableOf(rows);
      const units = unitsOf();
      const ids = Object.keys(rows).sort();
      for (const by of ['kind', 'kind:1', 'to']) {
        const valueOf = (id: string) => (by === 'kind:1' ? rows[id]?.['kind']?.slice(0, 1) : rows[id]?.[by]);
        if (ids.every((id) => valueOf(id) === undefined)) continue;
        const values = (await units.valuesOf(by, table)) as string[];
        expect(values).toEqual([...new Set(ids.flatMap((id) => valueOf(id) ?? []))].sort());
        for (const value of values) {
          const own = ids.filter((id) => valueOf(id) === value);
          expect(await units.of({ table: 't', by, value }, table)).toEqual(own);
          const both = own.filter((id) => rows[id]?.['kind'] === 'bb');
          const within = { by: 'kind', value: 'bb' };
          const found = await units.of({ table: 't', by, value, within }, table);
          expect(isRefusal(found) ? [] : found).toEqual(both);
          const inside = await units.valuesOf(by, table, within);
          if (!isRefusal(inside)) expect(inside.includes(value)).toBe(both.length > 0);
        }
      }
    }),
  );
});

it('the values of a table are read once, also for many who ask at a time', async () => {
  const { table, read } = tableOf({ x0: { to: 'x1', kind: 'a' }, x1: { to: undefined, kind: 'a' } });
  const units = unitsOf('to');
  await Promise.all(Array.from({ length: 5 }, () => units.of({ table: 't', upstream: 'x1' }, table)));
  await Promise.all(Array.from({ length: 5 }, () => units.of({ table: 't', by: 'kind', value: 'a' }, table)));
  expect(read).toEqual(['to', 'kind']);
});

describe('what is not there is named', () => {
  const { table } = tableOf({ x0: { to: 'x1', kind: 'a' } });
  const within = { by: 'colour', value: 'red' };
  it.each([
    [{ upstream: 'x7' }, 'area', 'table t has no area "x7"'],
    [{ by: 'colour', value: 'red' }, 'by', 'table t has no property "colour"; expected one of to, kind'],
    [{ by: 'kind', value: 'b' }, 'by', 'no area of table t has kind="b"'],
    [{ by: 'kind', value: 'a', within }, 'within', 'table t has no property "colour"; expected one of to, kind'],
    [{ by: 'kind', value: 'a', within: { by: 'to', value: 'x9' } }, 'within', 'no area of table t has to="x9"'],
  ])('%j', async (area, path, problem) => {
    expect(await unitsOf('to').of({ table: 't', ...area } as never, table)).toEqual({ path, problem });
  });

  it('and a property of the catalog that no area has is the operator’s fault', async () => {
    await expect(unitsOf('tohuc').of({ table: 't', upstream: 'x0' }, table)).rejects.toThrow(
      'areas.t.downstream: none is tohuc',
    );
  });
});
