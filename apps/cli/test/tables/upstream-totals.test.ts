import type { Definition, ResultDocument } from '@cellshed/contracts';
import { openUnits } from '@cellshed/operations';
import fc from 'fast-check';
import type { Asked, AskedOperation } from '../../src/archive/precomputation.ts';
import { askedResults } from '../../src/archive/precomputation.ts';
import { noCounts } from '../../src/archive/precompute-outcomes.ts';
import { chooseAreas, type DrainedAreas } from '../../src/tables/choose-areas.ts';
import { type AreaResult, type ResultsOutcome, StoppedError } from '../../src/tables/table-results.ts';
import { upstreamTotals } from '../../src/tables/upstream-totals.ts';

const definition: Definition = { type: 'groupedCount', rasters: ['a'] };
const operationOf = (name: string): AskedOperation => ({
  ...{ name, resolved: { operation: name, coverage: 'centre' }, fingerprint: name, rasters: {}, lines: {} },
});
const operations = ['count', 'other'].map(operationOf);
const definitions = new Map(operations.map(({ name }) => [name, definition]));

/** The cells of an area, and those of them that have value 1. */
const cellsOf = (id: string) => 100 + Number(id);
const onesOf = (id: string) => Number(id) % 7;

function documentOf(id: string, operation: string): ResultDocument {
  const [cells, ones] = [cellsOf(id), onesOf(id)];
  const groups = [
    { values: [1], cells: ones },
    { values: [2], cells: cells - ones },
  ].filter((one) => one.cells > 0);
  return { operation, area: `t/${id}`, rasters: ['a'], coverage: 'centre', cells, covered: 1, groups };
}

type Links = ReadonlyMap<string, string | undefined>;

async function drainedOf(links: Links, asked: readonly string[]) {
  const table = {
    name: 't',
    ids: async function* () {
      yield* [...links.keys()].sort();
    },
    values: async function* () {
      for (const id of [...links.keys()].sort()) yield [id, links.get(id)] as const;
    },
  };
  const entry = { name: 't', source: '', id: 'id', downstream: 'to' };
  const choice = { matches: (id: string) => asked.includes(id), upstream: true };
  const { ids, shown, drained } = await chooseAreas(
    table as never,
    choice,
    openUnits({ areas: new Map([['t', entry]]) }),
  );
  return {
    asked: { table: 't', tableVersion: '1', ids, operations } satisfies Asked,
    shown,
    drained: drained as DrainedAreas,
  };
}

/** The results of all that are asked for, but for those of some areas, which fail. */
async function* resultsOf(asked: Asked, failing: readonly string[]): AsyncGenerator<AreaResult, ResultsOutcome> {
  const failures = [];
  let settled = 0;
  for (const { id, operation } of askedResults(asked)) {
    settled += 1;
    if (failing.includes(id)) failures.push({ area: `t/${id}`, operation: operation.name, reason: `${id} is wrong` });
    else yield { id, operation: operation.name, document: documentOf(id, operation.name) };
  }
  const counts = { ...noCounts, settled, failed: failures.length, failures };
  return { counts, before: noCounts };
}

async function all(generator: AsyncGenerator<AreaResult, ResultsOutcome>) {
  const totals: AreaResult[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) return { totals, outcome: next.value };
    totals.push(next.value);
  }
}

/** All whose way down comes by an area; undefined: the area drains into itself. */
function upstreamOf(id: string, links: Links): string[] | undefined {
  const way = (from: string) => {
    const passed = [from];
    for (let at = links.get(from); at !== undefined && links.has(at) && !passed.includes(at); at = links.get(at))
      passed.push(at);
    return passed;
  };
  const above = [...links.keys()].filter((one) => way(one).includes(id));
  return above.some((one) => links.get(id) === one) ? undefined : above;
}

const anyCase = fc.array(fc.option(fc.nat(24), { nil: undefined }), { minLength: 1, maxLength: 20 }).chain((to) => {
  const ids = to.map((_, i) => String(i + 10));
  const links: Links = new Map(
    to.map((one, i) => [ids[i] as string, one === undefined ? undefined : String(one + 10)]),
  );
  return fc.record({
    links: fc.constant(links),
    asked: fc.subarray(ids),
    failing: fc.subarray(ids, { maxLength: Math.min(3, ids.length) }),
  });
});

it('totals are the sums of all that drain into an area, or fail with one of them', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ links, asked: wanted, failing }) => {
      const { asked, ...chosen } = await drainedOf(links, wanted);
      const { totals, outcome } = await all(
        upstreamTotals(resultsOf(asked, failing), { asked, definitions, ...chosen }),
      );
      const failed: string[] = [];
      const expected = new Map<string, object>();
      for (const id of wanted) {
        const units = upstreamOf(id, links);
        if (units === undefined || units.some((one) => failing.includes(one))) failed.push(id);
        else {
          const sum = (of: (id: string) => number) => units.reduce((cells, one) => cells + of(one), 0);
          const [cells, ones] = [sum(cellsOf), sum(onesOf)];
          const groups = [
            { values: [1], cells: ones },
            { values: [2], cells: cells - ones },
          ].filter((one) => one.cells > 0);
          expected.set(id, { area: `t/${id} upstream`, areas: units.length, cells, covered: 1, groups });
        }
      }
      for (const { name } of operations) {
        const own = totals.filter(({ operation }) => operation === name);
        expect(own.map(({ id }) => id).sort()).toEqual([...expected.keys()].sort());
        for (const { id, document } of own) expect(document).toMatchObject({ ...expected.get(id), operation: name });
      }
      const { counts } = outcome;
      expect([counts.results, counts.failed]).toEqual([totals.length, failed.length * operations.length]);
      expect(counts.failures.map(({ area }) => area).sort()).toEqual(
        failed.flatMap((id) => operations.map(() => `t/${id}`)).sort(),
      );
      for (const { area, reason } of counts.failures) {
        const id = area.slice(2);
        if (upstreamOf(id, links) === undefined) expect(reason).toMatch(new RegExp(`^${id} drains into itself: `));
        else if (failing.includes(id)) expect(reason).toMatch(/^(t\/\d+, which drains into it: )?\d+ is wrong$/);
        else expect(reason).toMatch(/^t\/\d+, which drains into it: \d+ is wrong$/);
      }
    }),
  );
});

it('names the outlets of what is asked for, and what they drain into', async () => {
  const links = new Map([
    ['11', '12'],
    ['12', 'OCEAN'],
    ['13', undefined],
    ['14', '14'],
  ]);
  const { drained } = await drainedOf(links, ['12', '13', '14']);
  expect(drained.outlets).toEqual([
    ['12', 'OCEAN'],
    ['13', undefined],
  ]);
  expect([...drained.refused]).toEqual([['14', '14 drains into itself: 14 → 14']]);
});

it('what was stopped is stopped, and no total is given without all of its areas', async () => {
  const { asked, ...chosen } = await drainedOf(
    new Map([
      ['11', '12'],
      ['12', undefined],
    ]),
    ['11', '12'],
  );
  const results = async function* (): AsyncGenerator<AreaResult, ResultsOutcome> {
    yield { id: '11', operation: 'count', document: documentOf('11', 'count') };
    throw new StoppedError({ counts: noCounts, before: noCounts });
  };
  const totals = upstreamTotals(results(), { asked, definitions, ...chosen });
  expect(await totals.next()).toMatchObject({ value: { id: '11' } });
  await expect(totals.next()).rejects.toThrow(StoppedError);
});
