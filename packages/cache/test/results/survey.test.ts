import { encodeEntry } from '../../src/entry.ts';
import { type ResultKeyParts, resultKey } from '../../src/results/key.ts';
import {
  addGroups,
  listResults,
  type ResultStanding,
  type SurveyJudging,
  surveyResults,
} from '../../src/results/survey.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { all } from '../store-fixture.ts';

const now = 1000;
const never = { freshUntil: null, hardUntil: null };
const entry = (header: Partial<Parameters<typeof encodeEntry>[0]> = {}) =>
  encodeEntry({ value: Buffer.from('four'), computedAt: 500, costMs: 7, schemaVersion: 1, ...never, ...header });
const key = (area: ResultKeyParts['area'], operation = 'soil', fingerprint = '0f') =>
  resultKey({ area, operation, fingerprint });
const huc12 = (id: string) => ({ table: 'huc12', id });

async function storeOf(entries: Readonly<Record<string, Uint8Array>>) {
  const store = memoryStore({ clock: () => 0 });
  for (const [name, bytes] of Object.entries(entries)) await store.set(name, bytes);
  return store;
}

const survey = async (
  entries: Readonly<Record<string, Uint8Array>>,
  selection = {},
  judging: Pick<SurveyJudging, 'standing'> = { standing: async () => 'current' },
) => surveyResults(await storeOf(entries), selection, { now, schemaVersion: 1, stepKeys: 2, ...judging });

const group = {
  entries: 1,
  valueBytes: 4,
  oldest: 500,
  newest: 500,
  stale: 0,
  expired: 0,
  otherSchema: 0,
  unreadable: 0,
  superseded: 0,
  supersededBytes: 0,
  unlisted: 0,
};

describe('a survey', () => {
  it('adds up by table and operation, tables by name and drawn areas last; what is no result is left out', async () => {
    const groups = await survey({
      [key({ drawn: 'ab' })]: entry(),
      [key(huc12('2'))]: entry({ computedAt: 300, value: Buffer.from('seventy') }),
      [key(huc12('1'))]: entry({ computedAt: 700 }),
      [key(huc12('1'), 'soil', '1e')]: entry({ computedAt: 400 }),
      [key(huc12('1'), 'slope')]: entry(),
      [key({ table: 'drawn', id: '1' })]: entry(),
      'job:1': entry(),
      'geop:huc12:1': entry(),
    });
    expect(groups).toEqual([
      { table: 'drawn', operation: 'soil', ...group },
      { table: 'huc12', operation: 'slope', ...group },
      { table: 'huc12', operation: 'soil', ...group, entries: 3, valueBytes: 15, oldest: 300, newest: 700 },
      { table: null, operation: 'soil', ...group },
    ]);
    expect(addGroups(groups)).toEqual({ ...group, entries: 6, valueBytes: 27, oldest: 300, newest: 700 });
  });

  it.each<readonly [string, Partial<Parameters<typeof encodeEntry>[0]>, Partial<typeof group>]>([
    ['as old as it may be is fresh', { freshUntil: 1000, hardUntil: 1000 }, {}],
    ['one millisecond older is stale', { freshUntil: 999 }, { stale: 1 }],
    ['as old as its limit is stale', { freshUntil: 600, hardUntil: 1000 }, { stale: 1 }],
    [
      'one millisecond beyond its limit is expired, and not stale too',
      { freshUntil: 600, hardUntil: 999 },
      { expired: 1 },
    ],
    ['of another schema is counted as such', { schemaVersion: 2 }, { otherSchema: 1 }],
  ])('an entry %s', async (_, header, figures) => {
    expect(await survey({ [key(huc12('1'))]: entry(header) })).toEqual([
      { table: 'huc12', operation: 'soil', ...group, ...figures },
    ]);
  });

  it('counts what cannot be read, without a size or a time', async () => {
    const groups = await survey({
      [key(huc12('1'))]: Buffer.from('no entry'),
      [key(huc12('2'))]: entry().fill(9, 30, 31),
    });
    const unreadable = { ...group, valueBytes: 0, oldest: null, newest: null, entries: 2, unreadable: 2 };
    expect(groups).toEqual([{ table: 'huc12', operation: 'soil', ...unreadable }]);
  });

  it('counts apart what was superseded, with its bytes, and what is of nothing that is known', async () => {
    const standing = async ({ fingerprint }: ResultKeyParts) => fingerprint as ResultStanding;
    const entries = {
      [key(huc12('1'), 'soil', 'superseded')]: entry({ freshUntil: 600 }),
      [key(huc12('2'), 'soil', 'superseded')]: entry({ value: Buffer.from('seventy') }),
      [key(huc12('1'), 'soil', 'current')]: entry({ freshUntil: 600 }),
      [key(huc12('1'), 'soil', 'unknown')]: entry(),
      [key({ drawn: 'a' }, 'soil', 'superseded')]: Buffer.from('no entry'),
      [key({ drawn: 'a' }, 'soil', 'unlisted')]: entry(),
    };
    const groups = await survey(entries, {}, { standing });
    expect(groups).toMatchObject([
      { table: 'huc12', entries: 4, stale: 1, superseded: 2, supersededBytes: 11, unlisted: 0 },
      { table: null, entries: 2, unreadable: 1, superseded: 1, supersededBytes: 0, unlisted: 1 },
    ]);
    expect(addGroups(groups)).toMatchObject({ entries: 6, superseded: 3, supersededBytes: 11, unlisted: 1 });
    const untold = await survey(entries, {}, { standing: undefined });
    expect(addGroups(untold)).toMatchObject({ entries: 6, superseded: null, supersededBytes: null, unlisted: null });
  });

  it('of nothing has no groups', async () => {
    expect(await survey({ 'job:1': entry() })).toEqual([]);
    expect(addGroups([])).toEqual({ ...group, entries: 0, valueBytes: 0, oldest: null, newest: null });
  });

  it('is of the selected results alone', async () => {
    const groups = await survey({ [key(huc12('1'))]: entry(), [key({ drawn: 'a' })]: entry() }, { drawn: true });
    expect(groups).toEqual([{ table: null, operation: 'soil', ...group }]);
  });
});

describe('a list of results', () => {
  it('reads headers, never values, and leaves out what went meanwhile', async () => {
    const store = await storeOf({ [key(huc12('1'))]: entry(), [key(huc12('2'))]: Buffer.from('no entry') });
    const { head } = store;
    const keys = async function* () {
      yield* [key(huc12('1')), key(huc12('9')), key(huc12('2'))];
    };
    const listed = await all(listResults({ keys, head }, {}, { stepKeys: 2 }));
    expect(listed).toEqual([
      {
        key: key(huc12('1')),
        parts: { area: huc12('1'), operation: 'soil', fingerprint: '0f' },
        header: expect.objectContaining({ computedAt: 500, costMs: 7, valueBytes: 4 }),
      },
      expect.objectContaining({ key: key(huc12('2')), header: undefined }),
    ]);
  });

  it('says how many keys it has looked at, and ends when told to', async () => {
    const store = await storeOf(Object.fromEntries(Array.from({ length: 5 }, (_, n) => [key(huc12(`${n}`)), entry()])));
    const heard: number[] = [];
    const onLooked = (looked: number) => heard.push(looked);
    await all(listResults(store, {}, { stepKeys: 2, onLooked }));
    expect(heard).toEqual([2, 4, 5]);
    const controller = new AbortController();
    const seen: string[] = [];
    const walk = async () => {
      for await (const { key: name } of listResults(store, {}, { stepKeys: 2, signal: controller.signal })) {
        seen.push(name);
        controller.abort(new Error('enough'));
      }
    };
    await expect(walk()).rejects.toThrow('enough');
    expect(seen).toHaveLength(2);
  });
});
