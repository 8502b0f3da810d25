import type { EntryHeader, PackedEntry } from '@cellshed/cache';
import { type CachedAnswers, type CachedAnswersOptions, openCachedAnswers } from '../../src/answers/cached-answers.ts';

const request = { operation: 'a', area: { table: 'huc', id: '1' }, coverage: 'centre' as const };
const header: EntryHeader = {
  ...{ computedAt: 0, freshUntil: 100, hardUntil: null, costMs: 1, schemaVersion: 1, etag: 'e', valueBytes: 2 },
};
const entry: PackedEntry = { ...header, stored: Buffer.from('{}'), encoding: undefined };

const never = () => Promise.reject(new Error('is not asked for'));
const reading = { look: never, readPacked: never };
const refreshes = { queue: never };

/** Answers over a cache with one entry, and what was asked of it. */
function answersOver(options: Partial<CachedAnswersOptions> = {}) {
  const [asked, queued, errors]: [string[], unknown[], Error[]] = [[], [], []];
  const table = { has: async (id: string) => id === '1', version: '7' };
  const answers = openCachedAnswers({
    tables: { use: async (_name, work) => work(table as never) },
    identify:
      async (_question, { version }) =>
      (id) => ({ key: `key ${version} ${id}`, fingerprint: 'f' }),
    cache: {
      results: {
        look: async (key) => {
          asked.push(`look ${key}`);
          return header;
        },
        readPacked: async (key) => {
          asked.push(`read ${key}`);
          return entry;
        },
        readManyPacked: async (keys) => {
          asked.push(keys.join(', '));
          return keys.map(() => entry);
        },
      },
      refreshes: {
        queue: async (input) => {
          queued.push(input);
          throw new Error('the queue is away');
        },
      },
    },
    onError: (error) => errors.push(error),
    clock: () => 100,
    ...options,
  });
  return { answers, asked, queued, errors };
}

it('an area that is not in its table has no answer', async () => {
  const { answers } = answersOver();
  expect(await answers.find({ ...request, area: { table: 'huc', id: '2' } })).toBeUndefined();
});

it('a look reads the header alone, and a fresh result is not refreshed', async () => {
  const { answers, asked, queued } = answersOver();
  const found = await answers.find(request);
  expect(found && (await answers.look(found, { refreshFor: 'asked' }))).toBe(header);
  expect(found && (await answers.read(found, { refreshFor: 'asked' }))).toBe(entry);
  expect([asked, queued]).toEqual([['look key 7 1', 'read key 7 1'], []]);
});

it('a stale result is shown, and computed anew, even if the queue is away', async () => {
  const { answers, queued, errors } = answersOver({ clock: () => 101 });
  const found = await answers.find(request);
  expect(found && (await answers.read(found, { refreshFor: 'asked' }))).toBe(entry);
  expect(queued).toEqual([{ key: 'key 7 1', fingerprint: 'f', request, requestId: 'asked' }]);
  await new Promise(setImmediate);
  expect(errors.map(({ message }) => message)).toEqual(['the queue is away']);
});

it('a stale result is left as it is when it is read for nobody', async () => {
  const { answers, asked, queued } = answersOver({ clock: () => 101 });
  const found = await answers.find(request);
  expect(found && (await answers.look(found, 'leave'))).toBe(header);
  expect(found && (await answers.read(found, 'leave'))).toBe(entry);
  expect([asked, queued]).toEqual([['look key 7 1', 'read key 7 1'], []]);
});

it('what cannot be looked at from here is left to a job, and told', async () => {
  const identify = async () => {
    throw new Error('rasters.a: there is no such file');
  };
  const { answers, asked, errors } = answersOver({ identify });
  const found = await answers.find(request);
  expect(found).toEqual({ request, identity: undefined, tableVersion: '7' });
  expect(found && (await answers.read(found, { refreshFor: 'asked' }))).toBeUndefined();
  expect([asked, errors.map(({ message }) => message)]).toEqual([[], ['rasters.a: there is no such file']]);
  const without = answersOver({ cache: undefined });
  const other = await without.answers.find(request);
  expect(other && (await without.answers.look(other, { refreshFor: 'asked' }))).toBeUndefined();
});

describe('the results of many areas', () => {
  const { area, ...question } = request;
  const read = (answers: CachedAnswers, ids: readonly string[]) =>
    answers.readMany(question, { name: area.table, version: '8', ids });

  it('are read together, of the version of the table that is named, and stale ones are left', async () => {
    const { answers, asked, queued } = answersOver({ clock: () => 101 });
    expect(await read(answers, ['1', '9'])).toEqual([entry, entry]);
    expect(await answers.readMany(question, { name: area.table, ids: ['3'] })).toEqual([entry]);
    expect([asked, queued]).toEqual([['key 8 1, key 8 9', 'key 7 3'], []]);
  });

  it('are fewer than areas where they have very many bytes, and one at least', async () => {
    const large = (valueBytes: number) => async (keys: readonly string[]) =>
      keys.map((_, i) => (i === 1 ? undefined : { ...entry, valueBytes }));
    const lengths = [7, 9, 20].map(async (megabytes) => {
      const readManyPacked = large(megabytes * 2 ** 20);
      const results = { ...reading, readManyPacked };
      return (await read(answersOver({ cache: { results, refreshes } }).answers, ['1', '2', '3', '4', '5'])).length;
    });
    expect(await Promise.all(lengths)).toEqual([3, 2, 1]);
  });

  it.each([
    ['small ones by a hundred', 1000, [10, 100, 100, 40]],
    ['large ones by as many as are likely to have room', 2 ** 20, [10, 6, 1]],
  ])('are read few at first, then %s', async (_, valueBytes, expected) => {
    const together: number[] = [];
    const readManyPacked = async (keys: readonly string[]) => {
      together.push(keys.length);
      return keys.map(() => ({ ...entry, valueBytes }));
    };
    const { answers } = answersOver({ cache: { results: { ...reading, readManyPacked }, refreshes } });
    await read(
      answers,
      Array.from({ length: 250 }, (_one, i) => String(i)),
    );
    expect(together).toEqual(expected);
  });

  it('are refused where the cache or the versions cannot be read', async () => {
    const away = { results: { ...reading, readManyPacked: async () => undefined }, refreshes };
    const identify = () => Promise.reject(new Error('rasters.a: there is no such file'));
    for (const [options, problem] of [
      [{ cache: undefined }, 'this gateway reads no cached answers'],
      [{ cache: away }, 'cached answers cannot be read now'],
      [{ identify }, 'the versions of the rasters cannot be looked at now'],
    ] as const) {
      await expect(read(answersOver(options).answers, ['1'])).rejects.toMatchObject({ status: 503, message: problem });
    }
  });
});
