import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { memoryStore } from '@cellshed/cache';
import type { Database } from '../src/database-reads.ts';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import { refreshingCache } from '../src/refreshing.ts';

interface Gauge {
  readonly id: number;
  readonly town: string;
  readonly level: number | null;
}

function setUp() {
  const sqlite = new DatabaseSync(':memory:');
  sqlite.exec(`create table gauges (id integer primary key, town text, level real);
    insert into gauges values (1, 'Ghent', 1.5), (2, 'Ghent', null), (3, 'Bruges', -0.25)`);
  const asked: [string, unknown[]][] = [];
  // Databases with another shape than that of pg need no more than this.
  const database: Database = {
    query: async (text, values) => {
      asked.push([text, values]);
      return { rows: sqlite.prepare(text).all(...(values as SQLInputValue[])) };
    },
  };
  const jobs: RefreshJob[] = [];
  const queue = { add: async (job: RefreshJob) => void jobs.push(JSON.parse(JSON.stringify(job))) };
  const cache = refreshingCache({ store: memoryStore(), queue, clock: () => 0 });
  return { sqlite, asked, database, jobs, cache };
}

describe('the rows of a query', () => {
  const text = 'select * from gauges where town = ? order by id';

  it('are asked for once, with the arguments as values, also when there are none', async () => {
    const { cache, database, asked } = setUp();
    const gauges = cache.rows<Gauge, [town: string]>({ name: 'gauges', database, text });
    const ghent = [
      { id: 1, town: 'Ghent', level: 1.5 },
      { id: 2, town: 'Ghent', level: null },
    ];
    expect(await gauges.read('Ghent')).toMatchObject({ status: 'miss', value: ghent });
    expect(await gauges.read('Ghent')).toMatchObject({ status: 'hit', value: ghent });
    expect(await gauges.get('Lille')).toEqual([]);
    expect(await gauges.read('Lille')).toMatchObject({ status: 'hit', value: [] });
    expect(asked).toEqual([
      [text, ['Ghent']],
      [text, ['Lille']],
    ]);
  });

  it('are refreshed by a job, as everything else', async () => {
    const { cache, database, sqlite, jobs } = setUp();
    const gauges = cache.rows<Gauge, [town: string]>({ name: 'gauges', database, text });
    await gauges.get('Bruges');
    sqlite.exec("delete from gauges where town = 'Bruges'");
    await gauges.invalidate('Bruges');
    expect(await gauges.read('Bruges')).toMatchObject({ status: 'stale', value: [{ id: 3 }] });
    expect(await cache.perform(jobs[0] as RefreshJob)).toBe('refreshed');
    expect(await gauges.read('Bruges')).toMatchObject({ status: 'hit', value: [] });
  });

  it('can be asked for with other values than the arguments, and told apart by a key', async () => {
    const { cache, database, asked } = setUp();
    const gauges = cache.rows<Gauge, [town: string, style: string]>({
      ...{ name: 'gauges', database, text },
      values: (town) => [town],
      key: (town) => town,
      processResult: (rows, { args: [, style] }) =>
        rows.map(({ id }) => ({ id: style === 'even' ? id * 2 : id }) as Gauge),
    });
    expect(await gauges.get('Bruges', 'plain')).toEqual([{ id: 3 }]);
    expect(await gauges.get('Bruges', 'even')).toEqual([{ id: 6 }]);
    expect(asked).toEqual([[text, ['Bruges']]]);
  });

  it('of another query are others, though the read has the same name', async () => {
    const { cache, database } = setUp();
    const [one, two] = [cache, refreshingCache({ store: memoryStore() })].map((each, index) =>
      each.rows<Gauge>({ name: 'gauges', database, text: `${text} limit ${index}` }),
    );
    expect(one?.keyOf('Ghent')).not.toBe(two?.keyOf('Ghent'));
    expect(one?.keyOf('Ghent')).not.toBe(one?.keyOf('Bruges'));
  });
});

describe('the one row of a query', () => {
  const text = 'select * from gauges where id = ?';

  it('is that row, or null, and both are kept', async () => {
    const { cache, database, asked } = setUp();
    const gauge = cache.row<Gauge, [id: number]>({ name: 'gauge', database, text });
    for (const status of ['miss', 'hit']) {
      expect(await gauge.read(3)).toMatchObject({ status, value: { id: 3, town: 'Bruges', level: -0.25 } });
      expect(await gauge.read(4)).toMatchObject({ status, value: null });
    }
    expect(asked.length).toBe(2);
  });

  it('is an error where there are more', async () => {
    const { cache, database } = setUp();
    const gauge = cache.row<Gauge, [town: string]>({
      ...{ name: 'gauge', database, text: 'select * from gauges where town = ?' },
    });
    expect(await gauge.get('Bruges')).toMatchObject({ id: 3 });
    await expect(gauge.get('Ghent')).rejects.toThrow(
      'the query of the read gauge yielded 2 rows, expected at most one',
    );
    expect(await gauge.peek('Ghent')).toBeUndefined();
  });
});
