import fc from 'fast-check';
import { parseResultKey, type ResultKeyParts, resultKey } from '../../src/results/key.ts';
import { countResults, removeResults } from '../../src/results/remove.ts';
import { type ResultSelection, selectedResults, selectionPrefix, selector } from '../../src/results/selection.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { all } from '../store-fixture.ts';

const huc = (id: string, operation = 'soil'): ResultKeyParts => ({
  ...{ area: { table: 'huc12', id }, operation, fingerprint: '0f' },
});

// Few and alike, so that selections hit and miss; awkward, so that they meet what a pattern or an
// encoding would take for its own.
const name = fc.constantFrom('huc12', 'huc1', 'drawn', '%64rawn', 'a%', 'é', '🏞️', 'a:b', '*', '.', 'a');
const area = fc.oneof(
  fc.record({ table: name, id: name }),
  fc.record({ table: name, upstream: name }),
  fc.record({ table: name, by: name, value: name }),
  fc.record({ table: name, by: name, value: name, within: fc.record({ by: name, value: name }) }),
  fc.record({ drawn: name }),
);
const result: fc.Arbitrary<ResultKeyParts> = fc.record({
  area,
  operation: name,
  fingerprint: fc.constantFrom('0f', '1e'),
});
const some = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 });
const tests = some(name).map((names) => (operation: string) => names.some((one) => one === operation));
const selection: fc.Arbitrary<ResultSelection> = fc.record(
  { tables: some(name), areas: some(area), operations: fc.oneof(some(name), tests), drawn: fc.constant<true>(true) },
  { requiredKeys: [] },
);

/** The definition, without a thought for speed. */
function fits({ tables, areas, operations, drawn }: ResultSelection, parts: ResultKeyParts): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  if (drawn && !('drawn' in parts.area)) return false;
  if (tables && !tables.some((table) => 'table' in parts.area && parts.area.table === table)) return false;
  if (areas && !areas.some((one) => same(one, parts.area))) return false;
  if (typeof operations === 'function') return operations(parts.operation);
  return !operations || operations.includes(parts.operation);
}

describe('a selection', () => {
  it('removes exactly the results that fit it, and says how many', async () => {
    const foreign = fc.constantFrom(
      'geop',
      'geop:',
      'geop:huc12:a:b',
      'geop:huc12:a%:b:0f',
      'job:a',
      'geopher:a:b:c:d',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(result), some(foreign), selection, fc.integer({ min: 1, max: 9 }), async (...made) => {
        const [results, others, wanted, stepKeys] = made;
        const store = memoryStore();
        const keys = [...new Set([...results.map(resultKey), ...others])];
        for (const key of keys) await store.set(key, Uint8Array.of(1));
        const going = keys.filter((key) => {
          const parts = parseResultKey(key);
          return parts !== undefined && fits(wanted, parts);
        });

        const counted = await countResults(store, wanted, { stepKeys });
        expect(counted).toMatchObject({ matched: going.length, removed: 0 });
        expect((await all(store.keys(''))).sort()).toEqual(keys.sort());
        expect(await removeResults(store, wanted, { stepKeys })).toEqual({ ...counted, removed: going.length });
        expect((await all(store.keys(''))).sort()).toEqual(keys.filter((key) => !going.includes(key)).sort());
        expect(await removeResults(store, wanted, { stepKeys })).toMatchObject({ matched: 0, removed: 0 });
      }),
      { numRuns: 1000 },
    );
  });

  it('has a prefix that the keys of all its results have', () => {
    fc.assert(
      fc.property(result, selection, (parts, wanted) => {
        if (selector(wanted)(parts)) expect(resultKey(parts).startsWith(selectionPrefix(wanted))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each<readonly [ResultSelection, string]>([
    [{}, 'geop:'],
    [{ operations: ['soil'] }, 'geop:'],
    [{ tables: [] }, 'geop:'],
    [{ drawn: true }, 'geop:drawn:'],
    [{ tables: ['drawn'] }, 'geop:%64rawn:'],
    [{ tables: ['huc12'] }, 'geop:huc12:'],
    [{ tables: ['huc12'], operations: ['soil'] }, 'geop:huc12:'],
    [{ tables: ['huc12', 'huc8'] }, 'geop:huc'],
    [{ areas: [{ table: 'huc12', id: 'a:é' }] }, 'geop:huc12:a%3A%C3%A9:'],
    [{ tables: ['huc12'], areas: [{ table: 'huc12', id: '01' }] }, 'geop:huc12:01:'],
    [{ areas: [huc('0204').area, huc('0206').area] }, 'geop:huc12:020'],
    [{ areas: [{ drawn: 'ab12' }] }, 'geop:drawn:ab12:'],
    [{ areas: [huc('01').area], operations: ['soil', 'slope'] }, 'geop:huc12:01:s'],
    [{ areas: [huc('01').area], operations: ['soil'] }, 'geop:huc12:01:soil:'],
  ])('%j has the longest prefix that narrows a scan: %s', async (wanted, prefix) => {
    expect(selectionPrefix(wanted)).toBe(prefix);
    const asked: string[] = [];
    const store = {
      keys: async function* (text: string) {
        asked.push(text);
        yield* [];
      },
    };
    expect(await all(selectedResults(store, wanted, 10))).toEqual([]);
    expect(asked).toEqual([prefix]);
  });

  it('refuses a name of which no key is made', () => {
    expect(() => selectionPrefix({ tables: [''] })).toThrow(/^table of a key is ""/);
    expect(() => selectionPrefix({ areas: [{ table: 'a', id: '1'.repeat(2000) }] })).toThrow(/at most 1024/);
  });

  it('asks a test of its own last, of what fits all else', async () => {
    const asked: string[] = [];
    const where = async ({ area }: ResultKeyParts) => {
      asked.push('id' in area ? area.id : '');
      return asked.length % 2 === 0;
    };
    const keys = async function* () {
      yield* ['1', '2', '3', '4'].map((id) => resultKey(huc(id)));
      yield resultKey({ ...huc('5'), operation: 'other' });
      yield 'no result';
    };
    const [step] = await all(selectedResults({ keys }, { operations: ['soil'], where }, 10));
    expect(asked).toEqual(['1', '2', '3', '4']);
    expect(step?.found.map(({ parts }) => parts)).toEqual([huc('2'), huc('4')]);
    expect(step?.looked).toBe(6);
  });

  it('goes through a store by steps, and never looks ahead of one', async () => {
    let given = 0;
    const store = {
      keys: async function* () {
        for (; given < 10; given += 1) yield given % 2 === 0 ? resultKey(huc(String(given))) : 'other';
      },
    };
    const steps = [];
    for await (const { looked, found } of selectedResults(store, {}, 4)) {
      expect(given).toBeLessThanOrEqual(4 * (steps.length + 1));
      steps.push([looked, found.length]);
    }
    expect(steps).toEqual([
      [4, 2],
      [4, 2],
      [2, 1],
    ]);
  });
});
