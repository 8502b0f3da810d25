import { sections, steady } from './golden.ts';
import { token } from './service.ts';

interface Wrong {
  readonly title: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const area = 'huc12/990101010101';
const execution = (inputs: unknown, operation = 'landcover', more: object = {}) => ({
  method: 'POST',
  path: `/api/processes/${operation}/execution`,
  body: { inputs, ...more },
});
const post = (path: string, body: unknown, headers = {}) => ({ method: 'POST', path, body, headers });
const ring = (...positions: unknown[]) => ({ type: 'Polygon', coordinates: [positions] });
const run = { polygon: ['{}'], polygonCRS: 'LatLng', rasterCRS: 'ConusAlbers', zoom: 0, rasters: ['landcover'] };

/** Requests that are refused, one or more for each kind of refusal. */
const wrong: readonly Wrong[] = [
  { title: 'a path that there is not', path: '/api/nothing' },
  { title: 'a method that is not taken', method: 'PUT', path: '/api/jobs' },
  { title: 'an operation that there is not', ...execution({ area }, 'nothing') },
  { title: 'a process that there is not', path: '/api/processes/nothing' },
  { title: 'a job that there is not', path: '/api/jobs/12345678-1234-1234-1234-123456789012' },
  { title: 'results of no job', path: '/api/jobs/12345678-1234-1234-1234-123456789012/results' },
  { title: 'dismissal of no job', method: 'DELETE', path: '/api/jobs/12345678-1234-1234-1234-123456789012' },
  { title: 'a collection that there is not', path: '/api/collections/nowhere' },
  { title: 'an area that there is not', path: '/api/collections/huc12/items/1' },
  { title: 'a box that is none', path: '/api/collections/huc12/items?bbox=1,2,3,nothing' },
  { title: 'a query that is not known', path: '/api/collections/huc12/items?colour=red' },
  { title: 'no JSON', ...execution({}), body: '{"inputs": ' },
  { title: 'a body that is too large', ...execution({ area: 'a'.repeat(20_000) }) },
  { title: 'a packed body', ...execution({ area }), headers: { 'content-encoding': 'gzip' } },
  { title: 'a body of another type', ...execution({ area }), headers: { 'content-type': 'text/plain' } },
  { title: 'no inputs', ...execution(undefined) },
  { title: 'no area', ...execution({}) },
  { title: 'a number for an area', ...execution({ area: 7 }) },
  { title: 'an unknown table', ...execution({ area: 'nowhere/1' }) },
  { title: 'an unknown id', ...execution({ area: 'huc12/1' }) },
  { title: 'a point', ...execution({ area: { type: 'Point', coordinates: [0, 0] } }) },
  { title: 'three positions', ...execution({ area: ring([0, 0], [1, 0], [0, 0]) }) },
  { title: 'a latitude of 95', ...execution({ area: ring([0, 0], [1, 95], [1, 1], [0, 0]) }) },
  { title: 'null for a coordinate', ...execution({ area: ring([0, 0], [1, null], [1, 1], [0, 0]) }) },
  { title: 'an unknown crs', ...execution({ area: ring([0, 0], [1, 0], [1, 1], [0, 0]), crs: 'EPSG:999999' }) },
  { title: 'a crs for what is not drawn', ...execution({ area, crs: 'EPSG:5070' }) },
  { title: 'an unknown coverage', ...execution({ area, coverage: 'most' }) },
  { title: 'an unknown input', ...execution({ area, polygon: 1 }) },
  { title: 'areas of one', ...execution({ areas: [area] }) },
  { title: 'an area of many', ...execution({ area }, 'landcover_soil_many') },
  { title: 'an unknown raster', ...execution({ area, rasters: { landcover: 'nothing' } }) },
  { title: 'a raster of another operation', ...execution({ area, rasters: { slope: 'landcover' } }) },
  { title: 'a wrong parameter', ...execution({ area, season: 'spring' }, 'precipitation') },
  { title: 'an unknown parameter', ...execution({ area, month: 'may' }, 'precipitation') },
  { title: 'no lines', ...execution({ area }, 'landcover_lines') },
  { title: 'lines that are none', ...execution({ area, lines: ring([0, 0]) }, 'landcover_lines') },
  { title: 'a coverage of lines', ...execution({ area, coverage: 'touched' }, 'landcover_streams') },
  { title: 'quantiles of counts', ...execution({ area, quantiles: [0.5] }) },
  { title: 'a quantile of 50', ...execution({ area, quantiles: [50] }, 'elevation_statistics') },
  { title: 'an unknown operation of several', ...execution({ areas: [area], operations: ['nothing'] }, 'multi') },
  {
    title: 'too many of several',
    ...execution({ areas: Array(101).fill(area), operations: Array(100).fill('landcover') }, 'multi'),
  },
  { title: 'an unknown output', ...execution({ area }, 'landcover', { outputs: { other: {} } }) },
  { title: 'an unknown response', ...execution({ area }, 'landcover', { response: 'other' }) },
  {
    title: 'a raster that does not align',
    ...execution({ area, rasters: { slope: 'precipitation_winter' } }, 'slope_by_landcover'),
  },
  { title: 'an unknown operation type', ...post('/run', { input: { ...run, operationType: 'Other' } }) },
  {
    title: 'an unknown layer',
    ...post('/run', { input: { ...run, operationType: 'RasterGroupedCount', rasters: ['x'] } }),
  },
  { title: 'no geometry', ...post('/run', { input: { ...run, operationType: 'RasterGroupedCount' } }) },
  { title: 'no shapes', ...post('/multi', { shapes: [], streamLines: [], operations: [] }) },
  { title: 'the list of jobs without a key', path: '/api/jobs' },
  { title: 'the admin pages, switched off', path: '/admin/queues' },
  {
    title: 'an unknown raster to invalidate',
    ...post('/admin/cache/invalidate', { raster: ['nothing'] }, { authorization: `Bearer ${token}` }),
  },
  { title: 'a wrong token', path: '/api/jobs', headers: { authorization: 'Bearer wrong' } },
];

/** The answer to each of them; and at last to a client that guesses tokens again and again. */
export async function problemDocuments(url: string): Promise<string> {
  const texts: [string, string][] = [];
  for (const one of wrong) texts.push([one.title, (await answerTo(url, one)).text]);
  const guess = { title: 'too many wrong tokens', path: '/api/jobs', headers: { authorization: 'Bearer a-guess' } };
  let answer = await answerTo(url, guess);
  while (answer.status === 401) answer = await answerTo(url, guess);
  texts.push([guess.title, answer.text]);
  return sections(texts);
}

async function answerTo(url: string, { method = 'GET', path = '', headers, body }: Wrong) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), prefer: 'wait=3600', ...headers },
    body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
  });
  const told = ['content-type', 'allow', 'www-authenticate'].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const text = [`${method} ${path}`, response.status, ...told, steady(await response.text())].join('\n');
  return { status: response.status, text };
}
