import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalog } from '@cellshed/catalog';
import { contractOf, operationContracts, typeNamesOf } from '@cellshed/contracts';
import { startRedis } from '@cellshed/local-services';
import { type Running, startCatchment } from './processes.ts';

const root = join(import.meta.dirname, '..');
const sample = join(root, '.catchment/sample/catalog.yaml');
const pages = readdirSync(join(root, 'docs/operations')).map((name) => `docs/operations/${name}`);

/** A request that a page shows, and the answer that it shows beneath. */
interface Example {
  readonly page: string;
  readonly path: string;
  readonly body: string | undefined;
  /** JSON with … for what is left out: members of an object, elements of a list. */
  readonly answer: string;
}

const examples = pages.flatMap((page): Example[] => {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = text.matchAll(/^```sh\ncurl localhost:8080(\S+)(.*?)^```\n\n```json\n(.*?)^```/gms);
  return Array.from(blocks, ([, path = '', options = '', answer = '']) => {
    return { page, path, body: /-d '(.*)'/s.exec(options)?.[1], answer };
  });
});

let served: Running;
let stopRedis: () => Promise<void>;

beforeAll(async () => {
  const redis = await startRedis();
  stopRedis = redis.stop;
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'memory:',
    CATCHMENT_CATALOG: sample,
    PORT: '0',
  };
  served = await startCatchment(['serve'], env, / on (http:\S+)/);
});

afterAll(async () => {
  await served.stop();
  await stopRedis();
});

it.each(
  examples.map(
    (example) => [`${example.page}: ${example.path} ${example.body?.replaceAll(/\s+/g, ' ')}`, example] as const,
  ),
)('the sample answers what is shown in %s', async (_, { path, body, answer }) => {
  const response = await fetch(new URL(path, served.said), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: body ?? null,
  });
  const [shown, given] = [readShown(answer), await response.json()];
  expect(fits(shown, given) ? shown : given).toEqual(shown);
});

it('every page shows answers, and every request on it has one', () => {
  for (const page of pages) {
    const requests = readFileSync(join(root, page), 'utf8').split('```sh\ncurl ').length - 1;
    expect([page, examples.filter((example) => example.page === page).length]).toEqual([page, requests]);
    expect(requests).toBeGreaterThan(0);
  }
});

it('operations of every type of the catalog are asked for', async () => {
  const { operations } = await loadCatalog(sample);
  const asked = examples.flatMap(({ path }) => {
    const operation = operations.get(path.split('/')[3] ?? '');
    return operation ? typeNamesOf(contractOf(operation.type))[operation.isMany ? 1 : 0] : [];
  });
  expect(new Set(asked)).toEqual(new Set(operationContracts.flatMap(typeNamesOf)));
});

it('what is left out of an example can be anything, and nothing else can', () => {
  const given = { a: 1, b: [1, 2, 3, 4], c: { d: 5 } };
  const right = ['{"a": 1, …}', '{"b": [1, …], …}', '{"b": [1, …, 4], "c": {…}, …}', '{"b": [1, …, 2, 3, 4], …}'];
  const wrong = ['{"a": 1}', '{"a": 2, …}', '{"e": 1, …}', '{"b": [2, …], …}', '{"b": [1, …, 3], …}'];
  expect(right.filter((text) => fits(readShown(text), given))).toEqual(right);
  expect(wrong.filter((text) => fits(readShown(text), given))).toEqual([]);
});

const leftOut = '…';

/** The schema with left-out parts as elements or members of their own. */
function readShown(text: string): unknown {
  const json = text.replaceAll(/"(?:[^"\\]|\\.)*"|…(\s*\})?/g, (found, ends?: string) => {
    if (!found.startsWith(leftOut)) return found;
    return ends === undefined ? `"${leftOut}"` : `"${leftOut}": 0${ends}`;
  });
  return JSON.parse(json);
}

/** Whether what is given is what is shown, with anything in place of what is left out. */
function fits(shown: unknown, given: unknown): boolean {
  if (Array.isArray(shown)) return Array.isArray(given) && fitsList(shown, given);
  if (!isObject(shown) || !isObject(given)) return shown === given;
  const { [leftOut]: more, ...members } = shown;
  const names = Object.keys(members);
  const isAll = more !== undefined || names.length === Object.keys(given).length;
  return isAll && names.every((name) => name in given && fits(members[name], given[name]));
}

function fitsList([first, ...rest]: readonly unknown[], given: readonly unknown[]): boolean {
  if (first === undefined) return given.length === 0;
  if (first === leftOut) return fitsList(rest, []) || given.some((_, i) => fitsList(rest, given.slice(i)));
  return given.length > 0 && fits(first, given[0]) && fitsList(rest, given.slice(1));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
