import { type Answer, type Attacker, summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { onOneLine } from '../shapes.ts';
import { holdOpen } from '../sockets.ts';

/** Bodies that are large, deep or never end. */
export const bodyAttacks: readonly RequestAttack[] = [
  {
    name: 'bodies in memory',
    about: '40 connections that each send 20 MB of a body of 47 MB to /multi, and wait',
    seconds: 40,
    most: { cpu: 20, sockets: 45 },
    send: async (attacker, { url }) => {
      const head = `POST /multi HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 47000000\r\n\r\n`;
      const piece = Buffer.alloc(20_000_000, ' ');
      const held = await holdOpen({ url, connections: 40, head, piece, attacker, milliseconds: 8000 });
      held.end();
      return { answer: held.answer };
    },
  },
  {
    name: 'nested JSON',
    about: '5,000,000 opening brackets to /multi',
    send: async ({ request }) => {
      const body = '['.repeat(5_000_000);
      return { answer: summedUp([await request('/multi', { method: 'POST', body })]) };
    },
  },
  {
    name: 'nested objects',
    about: '9 MB of objects in objects to an execution',
    send: async ({ request }) => post(request, `${'{"a":'.repeat(900_000)}1${'}'.repeat(900_000)}`),
  },
  {
    name: 'vertices to /run',
    about: 'a hundred texts of 4,000 vertices each, in one request to /run',
    send: async ({ request }) => {
      const ring = Array.from({ length: 4000 }, (_, i) => [
        -100 + Math.cos(i / 640) / 10,
        41.7 + Math.sin(i / 640) / 10,
      ]);
      const text = JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] });
      return { answer: summedUp([await request('/run', { method: 'POST', body: runBody(Array(100).fill(text)) })]) };
    },
  },
  {
    name: 'crossings to /multi',
    about: '40 shapes of 1,000 edges each that lie on one line, in one request to /multi',
    seconds: 40,
    send: async ({ request }) => {
      const shapes = Array.from({ length: 40 }, (_, i) => ({
        id: `${i}`,
        shape: JSON.stringify(onOneLine(1000, i + 1)),
      }));
      const operations = [{ name: 'RasterGroupedCount', label: 'a', rasters: ['landcover'] }];
      return { answer: summedUp([await request('/multi', { method: 'POST', body: { shapes, operations } })]) };
    },
  },
  {
    name: 'long numbers',
    about: 'numbers of 100,000 digits in a polygon',
    send: async ({ request }) => {
      const digits = `41.${'7'.repeat(100_000)}`;
      const ring = `[[-100,${digits}],[-99.9,${digits}],[-99.9,41.8],[-100,${digits}]]`;
      return post(request, `{"inputs":{"area":{"type":"Polygon","coordinates":[${ring}]}}}`);
    },
  },
  {
    name: 'many members',
    about: 'a body of 400,000 members that nobody knows',
    send: async ({ request }) => {
      const members = Array.from({ length: 400_000 }, (_, i) => `"m${i}":0`);
      return post(request, `{"inputs":{"area":"huc12/990101010101",${members}}}`);
    },
  },
  {
    name: 'CRS in brackets',
    about: 'a CRS as a text of nested brackets, of 900 kB, and one of long parameters',
    send: async ({ request }) => {
      const area = {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      };
      const texts = [
        'PROJCS["a",'.repeat(80_000),
        `+proj=utm ${'+towgs84=1,2,3 '.repeat(50_000)}`,
        'A'.repeat(900_000),
      ];
      const answers: Answer[] = [];
      for (const crs of texts)
        answers.push(
          await request('/api/processes/landcover/execution', { method: 'POST', body: { inputs: { area, crs } } }),
        );
      return { answer: summedUp(answers) };
    },
  },
  {
    name: 'other kinds',
    about: 'bodies of 1 MB as XML, form, with a charset, packed, and as text that is not UTF-8',
    send: async ({ request }) => {
      const types = [
        'text/xml',
        'multipart/form-data',
        'application/json; charset=utf-16',
        'application/x-www-form-urlencoded',
      ];
      const answers: Answer[] = [];
      for (const type of types)
        answers.push(
          await request('/run', { method: 'POST', headers: { 'content-type': type }, body: 'a=1&'.repeat(250_000) }),
        );
      answers.push(await request('/run', { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: '{}' }));
      return { answer: summedUp(answers) };
    },
  },
];

async function post(request: Attacker['request'], body: string) {
  return { answer: summedUp([await request('/api/processes/landcover/execution', { method: 'POST', body })]) };
}

function runBody(polygon: readonly string[]) {
  const crs = { polygonCRS: 'LatLng', rasterCRS: 'ConusAlbers' };
  return { input: { operationType: 'RasterGroupedCount', rasters: ['landcover'], zoom: 0, ...crs, polygon } };
}
