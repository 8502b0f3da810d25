import { encodeEntry, memoryStore, resultKey, type Store, StoreError } from '@cellshed/cache';
import type { Definition } from '@cellshed/contracts';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { sourcesMark } from '@cellshed/operations';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { openAttempts } from '../../src/access/attempts.ts';
import { openGuard } from '../../src/access/guard.ts';
import { type AdminCache, openAdminCache } from '../../src/admin/admin-cache.ts';
import { entryDocument } from '../../src/admin/entry-document.ts';
import { validation } from '../../src/http/validators.ts';
import { answerProblems } from '../../src/problems/problem.ts';
import { adminCacheRoutes } from '../../src/routes/admin-cache.ts';

const token = 'sixteen-letters!';
const now = Date.parse('2026-11-21T12:00:00Z');
const raster = (name: string) => ({ name, aliases: [], url: `/${name}.tif`, legend: new Map() });
const operation = (name: string, rasters: string[]) => ({ name, type: 'groupedCount' as const, rasters });
const catalog = {
  rasters: new Map([raster('nlcd'), raster('soil')].map((one) => [one.name, one])),
  operations: new Map(
    [operation('cover', ['nlcd']), operation('both', ['nlcd', 'soil'])].map((one) => [one.name, one]),
  ),
  areas: new Map([['huc12', { name: 'huc12', source: '/huc12.gpkg', id: 'id' }]]),
};
const version = async (name: string) => {
  if (name === away) throw new Error(`rasters.${name}: cannot be opened`);
  return '1';
};
let away: string | undefined;
const versions = { raster: version, table: version, lines: version, close: async () => {} };
const apps: FastifyInstance[] = [];

afterEach(() => {
  away = undefined;
});

const caches: AdminCache[] = [];

afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await Promise.all(caches.map((cache) => cache.close()));
});

const reader = { entry: async (...asked: Parameters<typeof entryDocument>) => entryDocument(...asked) };

/** A guard that has no keys, but the token. */
const admitting = () => openGuard({ token, keys: { find: async () => undefined }, attempts: openAttempts() })('admin');

async function appOver(cache: AdminCache): Promise<FastifyInstance> {
  const app = Fastify(validation);
  apps.push(app);
  caches.push(cache);
  answerProblems(app);
  const given = { cache, reader, catalog, versions, troubles: async () => [] };
  await app.register(adminCacheRoutes, { ...given, admit: admitting(), clock: () => now });
  return app;
}

const openCache = (store: Store): AdminCache => ({ store, servers: async () => [], close: store.close });
const entryOf = (text: string, times: { freshUntil?: number; hardUntil?: number } = {}) =>
  encodeEntry({
    ...{
      value: Buffer.from(text),
      computedAt: now - 1000,
      costMs: 7,
      schemaVersion: 1,
      freshUntil: null,
      hardUntil: null,
    },
    ...times,
  });
const key = (area: { table: string; id: string } | { drawn: string }, name = 'both') =>
  resultKey({ area, operation: name, fingerprint: '0f' });
const huc = (id: string) => ({ table: 'huc12', id });

async function filled() {
  const store = memoryStore({ clock: () => now });
  await store.set(key(huc('01')), entryOf('{"cells":1}'));
  await store.set(key(huc('01'), 'cover'), entryOf('{"cells":2}'));
  await store.set(key(huc('a%é')), entryOf('{"cells":3}', { freshUntil: now - 1 }));
  await store.set(key({ drawn: 'ab12' }), entryOf('not JSON', { freshUntil: now + 1, hardUntil: now + 1 }));
  await store.set(key({ table: 'old', id: '1' }, 'gone'), Buffer.from('no entry'));
  await store.set('job:1', entryOf('{}'));
  const app = await appOver(openCache(store));
  const ask = async (method: 'GET' | 'DELETE' | 'POST', url: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${token}` };
    const payload = body === undefined ? {} : { payload: body as object };
    const response = await app.inject({ method, url, headers, ...payload });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body ? response.json() : undefined,
    };
  };
  const keys = async () => {
    const listed: string[] = [];
    for await (const one of store.keys('')) listed.push(one);
    return listed.sort();
  };
  return { store, app, ask, keys };
}

const cached = (url: string) => ({ method: 'GET', url }) as const;
const routes: readonly InjectOptions[] = [
  cached('/admin/cache'),
  cached('/admin/cache/entries'),
  cached(`/admin/cache/entries/${encodeURIComponent(key(huc('01')))}`),
  { method: 'DELETE', url: `/admin/cache/entries/${encodeURIComponent(key(huc('01')))}` },
  { method: 'POST', url: '/admin/cache/invalidate', payload: { all: true } },
];

describe('whoever has no token', () => {
  it.each(routes)('$method $url: gets a 401 that says what is expected, and changes nothing', async (route) => {
    const { app, keys } = await filled();
    const before = await keys();
    const without = await app.inject(route);
    expect([without.statusCode, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Catchment"']);
    expect(without.json().detail).toMatch(/^there is no key; expected Authorization: Bearer/);
    for (const authorization of [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer sixteen']) {
      const wrong = await app.inject({ ...route, headers: { authorization } });
      expect([wrong.statusCode, wrong.json().detail]).toEqual([
        401,
        expect.stringMatching(/^(wrong key|there is no key); /),
      ]);
    }
    expect(
      (await app.inject({ ...route, headers: { authorization: `Basic ${btoa(`admin:${token}`)}` } })).statusCode,
    ).toBe(401);
    expect(await keys()).toEqual(before);
  });
});

describe('routes that are switched off', () => {
  const config = {
    ADMIN_TOKEN: token,
    API_KEYS: 'optional',
    CACHE_URL: 'redis://127.0.0.1:1',
    CACHE_TIMEOUT_SECONDS: 3600,
    DRAWN_CACHE_URL: undefined,
    CATCHMENT_CATALOG: '/catalog.yaml',
  };
  it.each([
    [
      'without a token',
      { ...config, ADMIN_TOKEN: undefined },
      'set ADMIN_TOKEN, or API_KEYS=required, to switch them on',
    ],
    [
      'without a cache',
      {
        ADMIN_TOKEN: token,
        API_KEYS: 'optional',
        CACHE_TIMEOUT_SECONDS: 1,
        DRAWN_CACHE_URL: undefined,
        CATCHMENT_CATALOG: '/c',
      },
      'set CACHE_URL to what the workers have, to switch them on',
    ],
    [
      'where the cache is in a process',
      { ...config, CACHE_URL: 'memory:' },
      'CACHE_URL is memory:, a cache inside the process that uses it',
    ],
    [
      'where that of drawn areas is in a process',
      { ...config, DRAWN_CACHE_URL: 'memory:' },
      'DRAWN_CACHE_URL is memory:, a cache inside the process that uses it',
    ],
  ])('%s answer 404 and say how to switch them on', async (_, settings, reason) => {
    const cache = await openAdminCache(settings, () => undefined);
    const app = await appOver(cache);
    for (const route of routes) {
      const { statusCode, body } = await app.inject({ ...route, headers: { authorization: `Bearer ${token}` } });
      expect([statusCode, JSON.parse(body).detail]).toEqual([
        404,
        `the admin routes of the cache are switched off: ${reason}`,
      ]);
    }
  });
});

describe('GET /admin/cache', () => {
  const figures = { entries: 1, stale: 0, expired: 0, otherSchema: 0, unreadable: 0 };
  const dated = { ...figures, oldest: '2026-11-21T11:59:59.000Z', newest: '2026-11-21T11:59:59.000Z' };
  it('adds up by table and operation', async () => {
    const { ask } = await filled();
    expect(await ask('GET', '/admin/cache')).toMatchObject({
      status: 200,
      body: {
        total: { entries: 5, valueBytes: 41, superseded: 4, unreadable: 1 },
        groups: [
          { table: 'huc12', operation: 'both', ...dated, entries: 2, valueBytes: 22, superseded: 2 },
          { table: 'huc12', operation: 'cover', ...dated, valueBytes: 11 },
          { table: 'old', operation: 'gone', ...figures, valueBytes: 0, oldest: null, newest: null, unreadable: 1 },
          { table: null, operation: 'both', ...dated, valueBytes: 8 },
        ],
      },
    });
  });

  it('looks at the selected alone', async () => {
    const { ask } = await filled();
    const entries = async (query: string) => (await ask('GET', `/admin/cache?${query}`)).body.total.entries;
    expect(await entries('table=huc12')).toBe(3);
    expect(await entries('table=huc12&raster=soil')).toBe(2);
    expect(await entries('area=huc12/01&area=drawn/ab12')).toBe(3);
    expect(await entries('operation=cover&operation=gone')).toBe(2);
    expect(await entries('drawn=true')).toBe(1);
    expect(await entries('table=old&anyName=true')).toBe(1);
  });
});

describe('GET /admin/cache/entries', () => {
  it('lists what is known of each result, at most as many as asked for, and says whether there are more', async () => {
    const { ask } = await filled();
    const { body } = await ask('GET', '/admin/cache/entries?drawn=true');
    expect(body).toEqual({
      more: false,
      entries: [
        {
          ...{ key: key({ drawn: 'ab12' }), area: 'drawn/ab12', operation: 'both' },
          header: {
            computedAt: '2026-11-21T11:59:59.000Z',
            freshUntil: '2026-11-21T12:00:00.001Z',
            hardUntil: '2026-11-21T12:00:00.001Z',
            ...{ costMs: 7, schemaVersion: 1, valueBytes: 8, etag: expect.stringMatching(/^[0-9a-f]{32}$/) },
          },
        },
      ],
    });
    expect((await ask('GET', '/admin/cache/entries?operation=gone')).body).toEqual({
      more: false,
      entries: [{ key: 'geop:old:1:gone:0f', area: 'old/1', operation: 'gone', header: null }],
    });
    for (const [limit, listed, more] of [
      [1, 1, true],
      [4, 4, true],
      [5, 5, false],
      [1000, 5, false],
    ]) {
      const { body: page } = await ask('GET', `/admin/cache/entries?limit=${limit}`);
      expect([page.entries.length, page.more]).toEqual([listed, more]);
    }
  });
});

describe('what was superseded', () => {
  const marked = (fingerprint: string, drawn?: string) =>
    resultKey({ area: drawn ? { drawn } : huc('01'), operation: 'cover', fingerprint: `${fingerprint}0f` });
  async function withCurrent() {
    const tools = await filled();
    const definition: Definition = { type: 'groupedCount', rasters: ['nlcd'] };
    const rasters = new Map([['nlcd', { version: '1' }]]);
    const mark = (table: string | null) => sourcesMark(definition, { rasters, catalog, table, lines: null });
    const current = [marked(mark('1')), marked(mark(null), 'ab12')];
    for (const one of current) await tools.store.set(one, entryOf('{}', { freshUntil: now - 1 }));
    return { ...tools, current };
  }

  it('is counted apart, in drawn areas too, and can be listed alone', async () => {
    const { ask } = await withCurrent();
    const { body } = await ask('GET', '/admin/cache');
    expect(body.total).toMatchObject({ entries: 7, stale: 2, superseded: 4, supersededBytes: 41, unlisted: 1 });
    expect(body.groups).toMatchObject([
      { table: 'huc12', operation: 'both', superseded: 2, supersededBytes: 22 },
      { table: 'huc12', operation: 'cover', entries: 2, superseded: 1, supersededBytes: 11 },
      { table: 'old', operation: 'gone', superseded: 0, unlisted: 1 },
      { table: null, operation: 'both', superseded: 1, supersededBytes: 8 },
      { table: null, operation: 'cover', superseded: 0 },
    ]);
    expect((await ask('GET', '/admin/cache?superseded=true&drawn=true')).body.total.entries).toBe(1);
    const listed = await ask('GET', '/admin/cache/entries?superseded=true&table=huc12');
    expect(listed.body).toMatchObject({ more: false });
    expect(listed.body.entries).toHaveLength(3);
  });

  it('is removed alone', async () => {
    const { ask, keys, current } = await withCurrent();
    const before = await keys();
    const dry = await ask('POST', '/admin/cache/invalidate', { superseded: true, dryRun: true });
    expect(dry.body).toEqual({ looked: 7, matched: 4, removed: 0, dryRun: true });
    expect(await keys()).toEqual(before);
    const some = await ask('POST', '/admin/cache/invalidate', { superseded: true, operation: ['cover'] });
    expect(some.body).toMatchObject({ removed: 1 });
    expect((await ask('POST', '/admin/cache/invalidate', { superseded: true })).body).toMatchObject({ removed: 3 });
    expect(await keys()).toEqual(['geop:old:1:gone:0f', 'job:1', ...current].sort());
  });

  it('is not told of what cannot be opened, which is said, and stays', async () => {
    const { ask } = await withCurrent();
    away = 'soil';
    const problems = ['rasters.soil: cannot be opened'];
    const { status, body } = await ask('GET', '/admin/cache');
    expect([status, body]).toMatchObject([200, { total: { entries: 7, superseded: 1 }, problems }]);
    const done = await ask('POST', '/admin/cache/invalidate', { superseded: true });
    expect(done.body).toMatchObject({ removed: 1, problems });
    expect((await ask('GET', '/admin/cache/entries?superseded=true')).body).toEqual({
      ...{ entries: [], more: false, problems },
    });
  });
});

describe('one entry', () => {
  const path = (text: string) => `/admin/cache/entries/${encodeURIComponent(text)}`;
  it('is read with its header: what is JSON as it is, all else in base64', async () => {
    const { ask } = await filled();
    expect(await ask('GET', path(key(huc('a%é'))))).toMatchObject({
      status: 200,
      body: {
        key: key(huc('a%é')),
        header: { freshUntil: '2026-11-21T11:59:59.999Z', hardUntil: null },
        value: { cells: 3 },
      },
    });
    const { body } = await ask('GET', path(key({ drawn: 'ab12' })));
    expect(body).toEqual({ key: key({ drawn: 'ab12' }), header: expect.anything(), base64: btoa('not JSON') });
  });

  it('with a key as long as keys are is read', async () => {
    const { store, ask } = await filled();
    const long = key(huc('é'.repeat(165)));
    await store.set(long, entryOf('{}'));
    expect(long.length).toBeGreaterThan(1000);
    expect((await ask('GET', path(long))).status).toBe(200);
  });

  it('is removed, and a computation that is under way does not bring it back', async () => {
    const { store, ask, keys } = await filled();
    const epoch = await store.fence.epoch(key(huc('01')));
    expect(await ask('DELETE', path(key(huc('01'))))).toMatchObject({ status: 204, body: undefined });
    expect(await store.fence.write(key(huc('01')), entryOf('{}'), { epoch })).toBe(false);
    expect(await keys()).toHaveLength(5);
    const again = await ask('DELETE', path(key(huc('01'))));
    expect([again.status, again.body.detail]).toEqual([
      404,
      expect.stringMatching(/^the cache has no result under "geop:huc12:01/),
    ]);
  });

  it('that is no result is neither shown nor removed', async () => {
    const { ask, keys } = await filled();
    const before = await keys();
    for (const method of ['GET', 'DELETE'] as const) {
      for (const text of ['job:1', 'geop:huc12:01:both', 'geop:huc12:%30:both:0f', 'nothing', 'a\0', ' ']) {
        const { status, body } = await ask(method, path(text));
        expect([status, body.detail]).toEqual([
          404,
          expect.stringMatching(/^the cache has no result under ".*percent-encoded/),
        ]);
      }
    }
    expect(await keys()).toEqual(before);
  });

  it('that cannot be read is said to be damaged', async () => {
    const { ask } = await filled();
    const { status, body } = await ask('GET', path('geop:old:1:gone:0f'));
    expect([status, body.detail]).toEqual([
      404,
      expect.stringMatching(/^what lies under geop:old:1:gone:0f cannot be read/),
    ]);
  });
});

describe('POST /admin/cache/invalidate', () => {
  it('removes the selected alone, and says how many', async () => {
    const { ask, keys } = await filled();
    const before = await keys();
    const both = { raster: ['soil'], table: ['huc12'] };
    const dry = await ask('POST', '/admin/cache/invalidate', { ...both, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { looked: 3, matched: 2, removed: 0, dryRun: true } });
    expect(await keys()).toEqual(before);
    const done = await ask('POST', '/admin/cache/invalidate', both);
    expect(done).toMatchObject({ status: 200, body: { looked: 3, matched: 2, removed: 2, dryRun: false } });
    expect(await keys()).toEqual(before.filter((one) => !/^geop:huc12:.*:both:/.test(one)));
    const all = await ask('POST', '/admin/cache/invalidate', { all: true });
    expect(all.body).toMatchObject({ removed: 3 });
    expect(await keys()).toEqual(['job:1']);
  });

  it.each<readonly [unknown, string | RegExp]>([
    [{}, 'nothing is named; expected raster, table, area, operation, drawn, superseded or all'],
    [{ dryRun: true }, 'nothing is named; expected raster, table, area, operation, drawn, superseded or all'],
    [{ all: true, drawn: true }, 'all: means every result, so nothing else may be named beside it'],
    [{ raster: ['x'] }, 'raster: the catalog has no raster called "x"; expected one of nlcd, soil'],
    [{ table: ['old'] }, 'table: the catalog has no area table called "old"; expected one of huc12'],
    [{ area: ['huc12'] }, /^area: is "huc12", expected table\/id/],
    [{ tables: ['huc12'] }, 'tables: is not known here'],
    [{ drawn: 'maybe' }, 'drawn: is "maybe", expected boolean'],
    [{ drawn: 1 }, 'drawn: is 1, expected boolean'],
    [{ table: 'huc12' }, 'table: is "huc12", expected array'],
    [{ operation: [{}] }, 'operation.0: is {}, expected string'],
    [[], 'the body: is [], expected object'],
  ])('refuses %j with a sentence, and removes nothing', async (body, detail) => {
    const { ask, keys } = await filled();
    const before = await keys();
    const answer = await ask('POST', '/admin/cache/invalidate', body);
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      typeof detail === 'string' ? detail : expect.stringMatching(detail),
    ]);
    expect(await keys()).toEqual(before);
  });
});

it('refuses more names than anybody writes', async () => {
  const { ask } = await filled();
  const { status, body } = await ask('POST', '/admin/cache/invalidate', { operation: Array(1001).fill('a') });
  expect([status, body.detail]).toEqual([400, 'operation: has 1001 items, expected at most 1000']);
});

it.each([
  ['/admin/cache?tables=huc12', 'tables: is not known here'],
  ['/admin/cache?all=true', 'all: is not known here'],
  ['/admin/cache?raster=x', 'raster: the catalog has no raster called "x"; expected one of nlcd, soil'],
  ['/admin/cache/entries?limit=0', 'limit: is 0, expected at least 1'],
  ['/admin/cache/entries?limit=1001', 'limit: is 1001, expected at most 1000'],
  ['/admin/cache/entries?limit=all', 'limit: is "all", expected integer'],
])('GET %s is refused with a sentence', async (url, detail) => {
  const { ask } = await filled();
  const { status, body } = await ask('GET', url);
  expect([status, body.detail]).toEqual([400, detail]);
});

describe('a cache that is away', () => {
  const config = (url: string) => ({
    ADMIN_TOKEN: token,
    API_KEYS: 'optional',
    CACHE_URL: url,
    CACHE_TIMEOUT_SECONDS: 3600,
    DRAWN_CACHE_URL: undefined,
    CATCHMENT_CATALOG: '/catalog.yaml',
  });
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('is 503 at once on every route, and when it is back everything works', async () => {
    const cache = await openAdminCache(config(redis.url), () => undefined);
    const app = await appOver(cache);
    const ask = (route: InjectOptions) => app.inject({ ...route, headers: { authorization: `Bearer ${token}` } });
    if ('off' in cache) throw new Error(cache.off);
    await cache.store.set(key(huc('01')), entryOf('{"cells":1}'));
    expect((await ask(cached('/admin/cache'))).json()).toMatchObject({
      total: { entries: 1 },
      servers: [
        {
          place: redis.url,
          figures: {
            usedMemoryBytes: expect.any(Number),
            ...{ maxMemoryBytes: null, evictionPolicy: 'noeviction', evictedKeys: 0 },
          },
        },
      ],
    });
    await redis.kill();
    for (const route of routes) {
      const answer = await ask(route);
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.json().detail).toMatch(
        /^the cache cannot be reached \(Redis at 127\.0\.0\.1:\d+ did not carry out .*\)/,
      );
    }
    redis = await startRedis({ port: redis.port });
    while ((await ask(cached('/admin/cache'))).statusCode === 503)
      await new Promise((resolve) => setImmediate(resolve));
    expect((await ask(cached('/admin/cache'))).json().total.entries).toBe(0);
  });

  it('is no reason not to start', async () => {
    const heard: string[] = [];
    const cache = await openAdminCache(config('redis://127.0.0.1:1'), (error) => heard.push(error.message));
    const { statusCode } = await (await appOver(cache)).inject({
      ...cached('/admin/cache/entries'),
      headers: { authorization: `Bearer ${token}` },
    });
    expect([statusCode, heard[0]]).toEqual([503, expect.stringMatching(/ECONNREFUSED/)]);
  });

  it('that goes away half-way is 503 with how many were removed', async () => {
    const { store } = await filled();
    const failing: Store = {
      ...store,
      delete: async (name) => {
        if (name === key({ drawn: 'ab12' })) throw new StoreError('the store is away');
        return store.delete(name);
      },
    };
    const app = await appOver(openCache(failing));
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.inject({
      method: 'POST',
      url: '/admin/cache/invalidate',
      headers,
      payload: { all: true },
    });
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().detail]).toEqual([
      ...[
        503,
        '5',
        'the cache cannot be reached (the store is away); 4 results had been removed before: ask again for the rest',
      ],
    ]);
  });
});

it('a walk ends when its client has gone', async () => {
  const store = memoryStore();
  let [yielded, ended] = [0, (_: unknown) => {}];
  const stopped = new Promise((resolve) => {
    ended = resolve;
  });
  const first = { reached: (_: unknown) => {} };
  const begun = new Promise((resolve) => {
    first.reached = resolve;
  });
  const endless: Store = {
    ...store,
    keys: async function* () {
      try {
        for (;;) {
          yielded += 1;
          if (yielded === 1000) first.reached(undefined);
          if (yielded % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
          yield `job:${yielded}`;
        }
      } finally {
        ended(undefined);
      }
    },
  };
  const app = await appOver(openCache(endless));
  const url = await app.listen({ port: 0 });
  const controller = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const asked = fetch(`${url}/admin/cache`, { headers, signal: controller.signal });
  await begun;
  controller.abort();
  await expect(asked).rejects.toThrow(/abort/i);
  await stopped;
});
