import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalog, loadCatalog, type OpenAreas, openAreas } from '@cellshed/catalog';
import { type PrivatePostgis, postgisForTests, startPostgis } from '@cellshed/local-services';
import Fastify, { type FastifyInstance } from 'fastify';
import pg from 'pg';
import { baseUrl } from '../../src/http/links.ts';
import { validation } from '../../src/http/validators.ts';
import { answerProblems, describeProblems } from '../../src/problems/problem.ts';
import { areaFeatures } from '../../src/reading/area-features.ts';
import { collectionsRoutes } from '../../src/routes/collections.ts';

const folder = mkdtempSync(join(tmpdir(), 'collections-'));
const schema = `collections_${randomUUID().replaceAll('-', '')}`;
const areas = join(import.meta.dirname, '../../../../packages/areas/test');
const basins = JSON.parse(readFileSync(join(areas, 'fixtures/basins.geojson'), 'utf8')) as {
  readonly features: readonly { properties: Record<string, unknown>; geometry: { coordinates: unknown[][] } | null }[];
};

interface Served {
  readonly app: FastifyInstance;
  /** The same, with pages of at most 12 vertices. */
  readonly short: FastifyInstance;
  close(): Promise<void>;
}

const noAnswers = () => Promise.reject(new Error('no answers are asked for'));

/** The routes over the area tables of a catalog. */
async function serve(tables: string): Promise<Served> {
  const path = join(folder, `${randomUUID()}.yaml`);
  writeFileSync(path, `rasters: {}\noperations: {}\nareas:\n${tables}`);
  const catalog: Catalog = await loadCatalog(path);
  const open: OpenAreas = await openAreas(catalog);
  const [app, short] = await Promise.all(
    [areaFeatures({ catalog, tables: open }), areaFeatures({ catalog, tables: open, vertices: 12 })].map(
      async (features) => {
        const app = Fastify(validation);
        answerProblems(app);
        describeProblems(app);
        const baseOf = baseUrl({ publicUrl: 'http://gis.test/' });
        const reader = { ...features, answered: noAnswers };
        await app.register(collectionsRoutes, {
          ...{ catalog, reader, answers: { readMany: noAnswers }, baseOf, needsKeys: false },
        });
        return app;
      },
    ),
  );
  return {
    app: app as FastifyInstance,
    short: short as FastifyInstance,
    async close() {
      await Promise.all([app, short].map((one) => one?.close()));
      await open.close();
    },
  };
}

async function loadBasins(client: pg.Client): Promise<void> {
  await client.query(`CREATE TABLE ${schema}.albers (code varchar(9), label text, geom geometry(Geometry, 5070))`);
  await client.query(`CREATE INDEX ON ${schema}.albers USING gist (geom)`);
  for (const { properties, geometry } of basins.features) {
    const drawn = properties['code'] === 'open' ? null : geometry;
    await client.query(
      `INSERT INTO ${schema}.albers VALUES ($1, $2, ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON($3), 4326), 5070))`,
      [properties['code'], properties['label'], drawn && JSON.stringify(drawn)],
    );
  }
}

let served: Served;
let client: pg.Client;
let url: string;
let endPostgis: () => Promise<void>;
beforeAll(async () => {
  const postgis = await postgisForTests();
  url = postgis.url;
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await loadBasins(client);
  const of = 'id: code, name: label';
  served = await serve(
    `  file: { source: ${areas}/fixtures/basins.geojson, ${of}, title: Basins }
  package: { source: ${areas}/fixtures/basins.gpkg, table: albers, ${of} }
  database: { source: "${url}", table: ${schema}.albers, ${of} }\n`,
  );
  endPostgis = async () => {
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
    await postgis.stop();
  };
});
afterAll(async () => {
  await served?.close();
  await endPostgis?.();
  rmSync(folder, { recursive: true });
});

interface Document {
  readonly links: readonly { rel: string; href: string; type: string }[];
  readonly collections: readonly Record<string, unknown>[];
  readonly numberMatched: number;
  readonly numberReturned: number;
  readonly timeStamp: string;
  readonly features: readonly { id: string; bbox?: number[]; geometry: object | null; links?: unknown }[];
}

async function get(path: string, from = served) {
  const response = await from.app.inject(path.replace('http://gis.test', ''));
  const { statusCode: status, headers } = response;
  return { status, type: headers['content-type'], document: response.json<Document>(), detail: response.json().detail };
}

const href = ({ links }: Document, rel: string) => links.find((link) => link.rel === rel)?.href;
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

describe.each(['file', 'package', 'database'])('the collection of areas from a %s', (name) => {
  const items = `/api/collections/${name}/items`;
  const idsOf = async (query: string) => {
    const { status, document } = await get(`${items}?limit=100&${query}`);
    if (status !== 200) throw new Error(`${query}: ${status}`);
    expect([document.numberMatched, document.numberReturned]).toEqual([
      document.features.length,
      document.features.length,
    ]);
    return document.features.map(({ id }) => id);
  };

  it('is described, with links to itself and its areas, its CRS and where it is', async () => {
    const { status, document } = await get(`/api/collections/${name}`);
    expect(status).toBe(200);
    expect(document).toMatchObject({
      id: name,
      title: name === 'file' ? 'Basins' : name,
      itemType: 'feature',
      crs: [crs84],
      extent: {
        spatial: {
          bbox: [[expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)]],
          crs: crs84,
        },
      },
    });
    expect(href(document, 'self')).toBe(`http://gis.test/api/collections/${name}`);
    expect(document.links.find(({ rel }) => rel === 'items')).toMatchObject({
      ...{ href: `http://gis.test${items}`, type: 'application/geo+json' },
    });
    const [[west, south, east, north]] = (document as unknown as { extent: { spatial: { bbox: [number[]] } } }).extent
      .spatial.bbox as [[number, number, number, number]];
    for (const [side, from, to] of [
      ...[
        [west, -77, -76.1],
        [south, 38, 39.1],
        [east, -74.3, -73.5],
        [north, 41.2, 42],
      ],
    ] as [number, number, number][]) {
      expect(side).toBeGreaterThanOrEqual(from - 1e-9);
      expect(side).toBeLessThanOrEqual(to + 1e-9);
    }
  });

  it('gives ten areas unless told otherwise, as GeoJSON, with how many there are and when', async () => {
    const before = Date.now();
    const { status, type, document } = await get(items);
    expect([status, type]).toEqual([200, 'application/geo+json; charset=utf-8']);
    expect(document).toMatchObject({ type: 'FeatureCollection', numberMatched: 7, numberReturned: 7 });
    const saidAt = Date.parse(document.timeStamp);
    expect(before <= saidAt && saidAt <= Date.now()).toBe(true);
    expect(document.features.map(({ id }) => id)).toEqual(['0204', '020401', '020402', '9', 'nowhere', 'open', 'Ä-1']);
    expect(document.features[0]).toMatchObject({
      type: 'Feature',
      geometry: { type: 'MultiPolygon', coordinates: [[expect.anything()], [expect.anything(), expect.anything()]] },
      properties: { code: '0204', label: 'Two Parts', name: 'Two Parts' },
    });
    expect(document.features[1]).toMatchObject({ geometry: { type: 'Polygon' } });
    expect(document.features[1]?.bbox?.map((side) => Math.round(side * 1e6) / 1e6)).toEqual([
      -76.1, 40.45, -75.123457, 41.25,
    ]);
    expect(document.features[4]).toMatchObject({ id: 'nowhere', geometry: null });
    expect(document.features[4] && 'bbox' in document.features[4]).toBe(false);
  });

  it('is walked through by its links, forth and back', async () => {
    const seen: string[][] = [];
    let page = await get(`${items}?limit=3&q=&bbox=-180,-90,180,40.9`);
    for (;;) {
      seen.push(page.document.features.map(({ id }) => id));
      const next = href(page.document, 'next');
      if (next === undefined) break;
      page = await get(next);
      expect(href(page.document, 'self')).toBe(next);
    }
    expect(seen).toEqual([
      ['0204', '020401', '020402'],
      ['9', 'Ä-1'],
    ]);
    page = await get(href(page.document, 'prev') ?? '');
    expect(page.document.features.map(({ id }) => id)).toEqual(seen[0]);
    expect(href(page.document, 'prev')).toBeUndefined();
    expect(page.document.links.every(({ type }) => type === 'application/geo+json')).toBe(true);
  });

  it('has shorter pages where areas have many vertices, and links from each to the next', async () => {
    // Pages of at most 12 vertices: the first area alone has more.
    const short = served.short;
    const seen: string[][] = [];
    for (let next: string | undefined = `${items}?limit=3`; next !== undefined; ) {
      const { json } = await short.inject(next);
      const document: Document = json();
      expect([document.numberMatched, document.numberReturned]).toEqual([7, document.features.length]);
      seen.push(document.features.map(({ id }) => id));
      next = href(document, 'next');
    }
    expect(seen.flat()).toEqual(['0204', '020401', '020402', '9', 'nowhere', 'open', 'Ä-1']);
    expect(seen[0]).toEqual(['0204']);
    expect(seen.every((page) => page.length <= 3)).toBe(true);
  });

  it('finds by box, with heights too, across the antimeridian, and by text', async () => {
    expect(await idsOf('bbox=-75.6,40.5,-75.5,40.55')).toEqual(['020401', '020402']);
    expect(await idsOf('bbox=-75.6,40.5,0,-75.5,40.55,100')).toEqual(['020401', '020402']);
    expect(await idsOf('bbox=170,39,-75.7,41')).toEqual(['0204', '020401', '020402']);
    expect(await idsOf('bbox=-70,40,-69,41')).toEqual([]);
    expect(await idsOf('q=BASIN')).toEqual(['020401', '020402']);
    expect(await idsOf('q=%25')).toEqual(['9']);
    expect(await idsOf('q=%00')).toEqual([]);
    expect(await idsOf('q=lower&bbox=-75.6,40.5,-75.5,40.55')).toEqual(['020402']);
    expect(await idsOf('datetime=2020-01-01T00:00:00Z/..&q=9')).toEqual(['9']);
  });

  it('gives one area by its id, with the way back', async () => {
    const { status, type, document } = await get(`${items}/%C3%84-1`);
    expect([status, type]).toEqual([200, 'application/geo+json; charset=utf-8']);
    expect(document).toMatchObject({ type: 'Feature', id: 'Ä-1', properties: { name: 'Ångström Brook' } });
    expect(href(document, 'self')).toBe(`http://gis.test${items}/%C3%84-1`);
    expect(href(document, 'collection')).toBe(`http://gis.test/api/collections/${name}`);
  });

  it('gives an area whose geometry is missing without it', async () => {
    const { status, document } = await get(`${items}/nowhere`);
    expect([status, document]).toMatchObject([200, { type: 'Feature', id: 'nowhere', geometry: null }]);
  });

  it('says which area it does not have', async () => {
    const { status, detail } = await get(`${items}/1%20OR%201=1`);
    expect([status, detail]).toEqual([404, `area table ${name} has no area "1 OR 1=1"`]);
  });

  it('takes a limit beyond its own for its own', async () => {
    const { status, document } = await get(`${items}?limit=100000`);
    expect([status, document.numberReturned]).toEqual([200, 7]);
    expect(href(document, 'self')).toContain('limit=1000&');
  });
});

describe('the collections', () => {
  it('are all listed, with a link to the list', async () => {
    const { document } = await get('/api/collections');
    expect(document.collections.map(({ id }) => id)).toEqual(['file', 'package', 'database']);
    expect(document.collections[2]).toEqual((await get('/api/collections/database')).document);
    expect(href(document, 'self')).toBe('http://gis.test/api/collections');
  });

  it.each([
    ['limit=0', 'limit: '],
    ['limit=x', 'limit: '],
    ['offset=-1', 'offset: '],
    ['offset=1e20', 'offset: '],
    ['offset=Infinity', 'offset: is Infinity, expected at most 9007199254740991'],
    ['bbox=1,2,3', 'bbox: has 3 items, expected at least 4'],
    ['bbox=1,2,3,', 'bbox.3: is "", expected number'],
    ['bbox=1,2,3,4,5', 'bbox: is 1,2,3,4,5, expected west,south,east,north in degrees'],
    ['bbox=1,9,3,4', 'bbox: is 1,9,3,4, expected'],
    ['bbox=1,2,x,3,4,5', 'bbox.2: is "x", expected number'],
    ['bbox=1,2,3,Infinity', 'bbox: is 1,2,3,Infinity, expected'],
    ['datetime=2026-13-01T00:00:00Z', 'datetime: is "2026-13-01T00:00:00Z", expected a time or an interval'],
    ['datetime=yesterday', 'datetime: is "yesterday", expected a time or an interval'],
    ['colour=red', 'colour: is not known here'],
  ])('refuse %s', async (query, sentence) => {
    const { status, type, detail } = await get(`/api/collections/database/items?${query}`);
    expect([status, type]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(detail.slice(0, sentence.length)).toBe(sentence);
  });

  it.each(['', '/file', '/file/items/9'])('refuse what is not known in a query of /api/collections%s', async (path) => {
    expect(await get(`/api/collections${path}?f=html`)).toMatchObject({ status: 400, detail: 'f: is not known here' });
  });

  it.each(['', '/items', '/items/9'])(
    'refuse a table that there is not: /api/collections/constructor%s',
    async (path) => {
      const { status, detail } = await get(`/api/collections/constructor${path}`);
      expect([status, detail]).toEqual([
        404,
        'no area table is called "constructor"; expected one of file, package, database',
      ]);
    },
  );
});

it('a database that is away is a 503 that does not say where it is, its collection is described all the same, and it comes back', async () => {
  const postgis: PrivatePostgis = await startPostgis();
  const client = new pg.Client({ connectionString: postgis.url });
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await loadBasins(client);
  await client.end();
  const away = await serve(`  database: { source: "${postgis.url}", table: ${schema}.albers, id: code }\n`);
  await postgis.crash();
  const items = '/api/collections/database/items';
  for (const path of [items, `${items}/9`]) {
    const { status, detail } = await get(path, away);
    expect([status, detail]).toEqual([503, 'the database of an area table cannot be reached']);
  }
  expect((await get('/api/collections', away)).status).toBe(200);
  await postgis.restart();
  expect((await get(`${items}/9`, away)).status).toBe(200);
  await away.close();
  await postgis.stop();
});

it('a table that is dropped is a 503 with Retry-After at any step of making it again, and then has its new areas', async () => {
  const table = `${schema}.remade`;
  const square = (west: number) => `ST_MakeEnvelope(${west}, 40, ${west} + 1, 41, 4326)::geometry(Polygon, 4326)`;
  await client.query(`CREATE TABLE ${table} AS SELECT '9' AS code, ${square(-75)} AS geom`);
  const remade = await serve(`  database: { source: "${url}", table: ${table}, id: code }
  versioned: { source: "${url}", table: ${table}, id: code, version: "1" }\n`);
  const items = ['database', 'versioned'].map((name) => `/api/collections/${name}/items`);
  const ask = async () => {
    const paths = items.flatMap((path) => [path, `${path}/9`, `${path}?bbox=-180,-90,180,90`]);
    const answers = await Promise.all(paths.map((path) => remade.app.inject(path)));
    return answers.map(({ statusCode, headers }) => `${statusCode} ${headers['retry-after'] ?? ''}`.trim());
  };
  expect(new Set(await ask())).toEqual(new Set(['200']));
  for (const step of [
    `DROP TABLE ${table}`,
    `CREATE TABLE ${table} (loaded int)`,
    `ALTER TABLE ${table} ADD code text`,
    `ALTER TABLE ${table} ADD geom geometry(Polygon, 4326); INSERT INTO ${table} (code) VALUES ('9'), ('9')`,
  ]) {
    await client.query(step);
    expect(new Set(await ask())).toEqual(new Set(['503 5']));
  }
  await client.query(`DELETE FROM ${table}; INSERT INTO ${table} (code, geom) VALUES ('9', ${square(-120)})`);
  for (const path of items) {
    const { document } = await get(path, remade);
    expect(document.features).toMatchObject([{ id: '9', bbox: [-120, 40, -119, 41] }]);
  }
  await remade.close();
});
