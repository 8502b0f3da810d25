import { type Answer, type Attacker, summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { square } from '../shapes.ts';
import { holdOpen } from '../sockets.ts';

/**
 * Milliseconds of a turn in which hundreds of requests are looked at that come at once, each for a
 * moment.
 */
const allAtOnce = 200;
/** CPU seconds that gateway and worker take in minutes in which next to nothing comes. */
const idle = 10;
const execution = '/api/processes/landcover/execution';

/** Many requests, or few that do not end. */
export const floodAttacks: readonly RequestAttack[] = [
  {
    name: 'half-sent',
    about: '500 connections that send half of a body, and nothing more for 135 seconds',
    seconds: 150,
    most: { cpu: idle, turn: allAtOnce },
    send: async (attacker, { url }) => {
      const head = 'POST /run HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{';
      const held = await holdOpen({ url, connections: 500, head, attacker, milliseconds: 135_000 });
      return stillOpen(held);
    },
  },
  {
    name: 'half of a head',
    about: '500 connections that send half of the headers, and nothing more for 75 seconds',
    seconds: 90,
    most: { cpu: idle, turn: allAtOnce },
    send: async (attacker, { url }) => {
      const held = await holdOpen({
        url,
        connections: 500,
        head: 'GET / HTTP/1.1\r\nhost: ',
        attacker,
        milliseconds: 75_000,
      });
      return stillOpen(held);
    },
  },
  {
    name: 'readers that do not read',
    about: '60 connections that each ask 50 times for 12 areas, and read nothing',
    // 3,000 pages are asked for.
    most: { cpu: 60, turn: allAtOnce, sockets: 70 },
    send: async (attacker, { url }) => {
      const head = 'GET /api/collections/huc12/items?limit=100 HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(50);
      const held = await holdOpen({ url, connections: 60, head, attacker, milliseconds: 8000 });
      held.end();
      return { answer: held.answer };
    },
  },
  {
    name: 'waits',
    about: '400 requests at once that wait for their results (Prefer: wait=60)',
    most: { cpu: 20, turn: allAtOnce },
    seconds: 40,
    send: async ({ request }) => {
      const ask = (i: number) =>
        request(execution, {
          method: 'POST',
          headers: { prefer: 'wait=60' },
          body: { inputs: { area: square((i % 20) / 20, i / 400, 0.01) } },
        });
      return { answer: summedUp(await Promise.all(Array.from({ length: 400 }, (_, i) => ask(i)))) };
    },
  },
  {
    name: 'dismissals',
    about: '300 requests that are dismissed as soon as they are accepted, and 700 dismissals of what never was',
    most: { cpu: 20, turn: allAtOnce },
    send: async ({ request }) => {
      const dismissed = Array.from({ length: 300 }, async (_, i) => {
        const { text } = await request(execution, { method: 'POST', body: { inputs: { area: square(i / 400, 0.5) } } });
        return request(`/api/jobs/${JSON.parse(text).jobID}`, { method: 'DELETE' });
      });
      const others = Array.from({ length: 700 }, () =>
        request(`/api/jobs/${crypto.randomUUID()}`, { method: 'DELETE' }),
      );
      return { answer: summedUp(await Promise.all([...dismissed, ...others])) };
    },
  },
  {
    name: 'lists of jobs',
    about: '50 listings of 400 jobs with filters, where anybody may list them',
    env: { JOB_LIST: 'all' },
    most: { cpu: 20, turn: allAtOnce },
    seconds: 40,
    send: async ({ request }) => {
      const body = { inputs: { area: 'huc12/990101010101' } };
      await Promise.all(Array.from({ length: 400 }, () => request(execution, { method: 'POST', body })));
      const query = `limit=1000&minDuration=0&datetime=2020-01-01T00:00:00Z/..&status=successful&processID=${Array(20).fill('landcover').join(',')}`;
      return { answer: summedUp(await inTurn(50, () => request(`/api/jobs?${query}`))) };
    },
  },
  {
    name: 'lists of tags',
    about: '300 requests with 14 kB of If-None-Match each',
    send: async ({ request }) => {
      const headers = { 'if-none-match': Array.from({ length: 1000 }, (_, i) => `"${i}aaaaaaaa"`).join(', ') };
      const paths = ['/api/collections/huc12/items/990101010101', '/api/processes/landcover'];
      return { answer: summedUp(await inTurn(300, (i) => request(paths[i % 2] as string, { headers }))) };
    },
  },
  {
    name: 'headers',
    about: '500 requests with 14 kB of headers: preferences, kinds, ranges, addresses',
    send: async ({ request }) => {
      const kinds = [
        { prefer: 'wait=1, respond-async; a="b", '.repeat(450) },
        { accept: 'text/html;q=0.1, application/json;q=0.9, */*, '.repeat(300) },
        { 'accept-encoding': 'gzip;q=0.1, br, '.repeat(800) },
        { 'x-forwarded-for': '127.0.0.1, '.repeat(1200) },
        { prefer: `wait=${' '.repeat(13_000)}1` },
        { authorization: `Bearer ${'a'.repeat(13_000)}` },
      ];
      const send = (i: number) => request('/api/jobs', { headers: kinds[i % kinds.length] as Record<string, string> });
      return { answer: summedUp(await inTurn(500, send)) };
    },
  },
  {
    name: 'queries',
    about: '400 requests with 14 kB of query: boxes, limits, texts, times, filters',
    send: async ({ request }) => {
      const queries = [
        `bbox=${Array(6000).fill('1').join(',')}`,
        `bbox=-180,-90,180,90&limit=${'9'.repeat(300)}`,
        `q=${'%25'.repeat(4000)}`,
        `q=${'a'.repeat(200)}&offset=999999999`,
        `datetime=${'2020-01-01T00:00:00Z/'.repeat(600)}`,
        'limit=1&'.repeat(1600),
        `${'a[b]'.repeat(3000)}=1`,
        `filter=${'(a=1 OR '.repeat(1500)}`,
      ];
      const send = (i: number) => request(`/api/collections/huc12/items?${queries[i % queries.length]}`);
      return { answer: summedUp(await inTurn(400, send)) };
    },
  },
  {
    name: 'documents',
    about: '200 requests for the description of the whole API, of processes and of collections',
    most: { cpu: 10 },
    send: async ({ request }) => {
      const paths = ['/api/openapi.json', '/api/processes', '/api/collections', '/api/processes/multi'];
      return { answer: summedUp(await inTurn(200, (i) => request(paths[i % 4] as string))) };
    },
  },
  {
    name: 'paths',
    about: '400 paths of 8 kB: slashes, dots, percent signs, ids that are none',
    send: async ({ request }) => {
      const paths = [
        '/'.repeat(8000),
        '/api/..'.repeat(1100),
        `/api/jobs/${'a'.repeat(8000)}`,
        `/api/collections/huc12/items/${'%2e'.repeat(2600)}`,
      ];
      return { answer: summedUp(await inTurn(400, (i) => request(`/${paths[i % paths.length]}`))) };
    },
  },
  {
    name: 'upgrades',
    about: '200 connections that want to upgrade, tunnel or speak HTTP/2',
    seconds: 30,
    send: async (attacker, { url }) => {
      const heads = [
        'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
        'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
      ];
      const held = await Promise.all(
        [...heads, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'].map((head) =>
          holdOpen({ url, connections: 66, head, attacker, milliseconds: 15_000 }),
        ),
      );
      const open = held.reduce((sum, { stillOpen }) => sum + stillOpen, 0);
      for (const one of held) one.end();
      const costs = [{ what: 'kept open', value: open, unit: 'of 198', most: 20 }];
      return { answer: held.map(({ answer }) => answer).join('; '), costs };
    },
  },
];

/**
 * As the machine of who attacks costs nothing to it: connections that are kept count while they are
 * open.
 */
function stillOpen({ answer, stillOpen: open, end }: Awaited<ReturnType<typeof holdOpen>>) {
  end();
  return { answer, costs: [{ what: 'still open', value: open, unit: 'of 500', most: 10 }] };
}

/** So many requests, 20 at a time. */
async function inTurn(times: number, send: (i: number) => ReturnType<Attacker['request']>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < times; i = next++) answers.push(await send(i));
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return answers;
}
