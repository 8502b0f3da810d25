import { join } from 'node:path';
import { connectPatiently, openQueues } from '@cellshed/jobs';
import { gatewayReady, runCatchment, startCatchment } from './processes.ts';
import { ask, type Service, startService } from './service.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const passwords = { ADMIN_PASSWORD: 'the-operator-acts', VIEWER_PASSWORD: 'the-viewer-looks' };
const operator = `admin:${passwords.ADMIN_PASSWORD}`;
const viewer = `viewer:${passwords.VIEWER_PASSWORD}`;
let service: Service;

beforeAll(async () => {
  service = await startService(catalog, { ...passwords, TILES_PER_JOB: '2' });
  await ask(service, { operation: 'landcover_soil', area: 'huc8/99010101' });
});
afterAll(() => service.stop());

function board(path: string, user: string, method = 'GET', url = service.url): Promise<Response> {
  const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
  return fetch(`${url}/admin/queues/${path}`, { method, headers: { authorization } });
}

interface Shown {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly allowRetries: boolean;
  readonly isPaused: boolean;
  readonly jobs: readonly {
    readonly id: string;
    readonly name: string;
    readonly externalUrl?: { readonly href: string };
    readonly processedBy?: string;
  }[];
}

async function queueOf(name: string, user: string): Promise<Shown> {
  const response = await board(`api/queues?activeQueue=${name}&status=latest&page=1&jobsPerPage=50`, user);
  const { queues } = (await response.json()) as { readonly queues: readonly Shown[] };
  return queues.find((queue) => queue.name === name) as Shown;
}

it('shows jobs by what they are about, with the process that did them and a link to their request', async () => {
  const [finish] = (await queueOf('finish', operator)).jobs;
  expect(finish?.name).toBe('landcover_soil huc8/99010101');
  expect(finish?.externalUrl?.href).toBe(`/api/jobs/${finish?.id}`);
  expect((await fetch(`${service.url}${finish?.externalUrl?.href}`)).status).toBe(200);
  const [start] = (await queueOf('start', operator)).jobs;
  expect([start?.name, start?.externalUrl?.href]).toEqual([
    'start: landcover_soil huc8/99010101',
    `/api/jobs/${finish?.id}`,
  ]);
  expect(start?.processedBy).toMatch(/:\d+$/);
  const names = (await queueOf('count', operator)).jobs.map(({ name }) => name);
  expect(names.filter((name) => name === 'compute: landcover_soil huc8/99010101')).toHaveLength(1);
  expect(names.filter((name) => name === 'count: landcover_soil huc8/99010101').length).toBeGreaterThan(1);
});

it('shows a request with its computation and its batches as one tree', async () => {
  const [finish] = (await queueOf('finish', operator)).jobs;
  const flow = await (await board(`api/queues/finish/${finish?.id}/flow`, operator)).text();
  for (const kind of ['start', 'compute', 'count']) expect(flow).toContain(`"name":"${kind}"`);
});

it('lets a viewer look, and change nothing', async () => {
  const shown = await queueOf('finish', viewer);
  expect([shown.readOnlyMode, shown.allowRetries, shown.jobs.length]).toEqual([true, false, 1]);
  for (const action of ['pause', 'empty', 'retry/completed', `${shown.jobs[0]?.id}/clean`]) {
    const { status } = await board(`api/queues/finish/${action}`, viewer, 'PUT');
    expect([action, status]).toEqual([action, 403]);
  }
  const after = await queueOf('finish', operator);
  expect([after.isPaused, after.jobs.length, after.readOnlyMode]).toEqual([false, 1, false]);
  expect((await board('api/queues/finish/pause', operator, 'PUT')).status).toBe(200);
  expect((await queueOf('finish', viewer)).isPaused).toBe(true);
  expect((await board('api/queues/finish/resume', operator, 'PUT')).status).toBe(200);
});

it('knows each user by the own password alone, and a viewer only where there is a password for one', async () => {
  const wrong = [`admin:${passwords.VIEWER_PASSWORD}`, `viewer:${passwords.ADMIN_PASSWORD}`];
  for (const user of wrong) expect([user, (await board('', user)).status]).toEqual([user, 401]);
  const { VIEWER_PASSWORD: _, ...env } = service.env;
  const own = await startCatchment(['gateway'], env, gatewayReady);
  expect((await board('', `viewer:${passwords.ADMIN_PASSWORD}`, 'GET', own.said)).status).toBe(401);
  expect((await board('', 'viewer:', 'GET', own.said)).status).toBe(401);
  expect((await board('', operator, 'GET', own.said)).status).toBe(200);
  await own.stop();
  const { code, err } = await runCatchment(['gateway'], { ...service.env, ...passwords, ADMIN_USER: 'viewer' });
  expect([code === 0, err]).toEqual([
    false,
    'catchment: ADMIN_USER is viewer, expected another name: VIEWER_PASSWORD is for that user\n',
  ]);
});

it('asks no other host', async () => {
  const html = await (await board('', operator)).text();
  expect(html).toContain('static/js/');
  expect([...html.matchAll(/(?:src|href)="(https?:[^"]*)"/g)]).toEqual([]);
});

it('shows a job that an operator has added, whatever its data', async () => {
  const redis = connectPatiently(service.env['QUEUE_REDIS_URL'] as string, () => undefined);
  const queues = openQueues({ redis, retentionSeconds: 60 });
  for (const data of [null, 5, { requests: 'none' }, { chunk: {} }]) {
    await queues.tally.add('tally', data as never, { delay: 3_600_000 });
  }
  expect((await queueOf('tally', operator)).jobs).toHaveLength(4);
  await queues.close();
  redis.disconnect();
});
