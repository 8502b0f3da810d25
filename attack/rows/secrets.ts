import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';

import { type Answer, summedUp } from '../attacker.ts';
import type { RequestAttack } from '../row.ts';
import { sampleFolder, scratch } from '../scratch.ts';

const guessingMilliseconds = 4000;

/** The headers without which a browser takes an answer for more than it is. */
const wanted = ['content-security-policy', 'x-content-type-options', 'x-frame-options'];

/** The secrets that an attacker would like to know or to use. */
export const secretAttacks: readonly RequestAttack[] = [
  guessing(
    'tokens',
    'ADMIN_TOKEN is guessed for four seconds, 20 at once',
    '/admin/cache',
    (i) => `Bearer wrong-token-number-${i}`,
  ),
  guessing(
    'passwords',
    'ADMIN_PASSWORD is guessed in the same way',
    '/admin/queues',
    (i) => `Basic ${btoa(`admin:wrong${i}`)}`,
  ),
  {
    name: 'messages to clients',
    about: 'a raster whose file goes away once the service runs',
    catalog: catalogOfLostRaster,
    seconds: 60,
    most: { cpu: 10 },
    send: async ({ execute, request }) => {
      rmSync(scratch('gone.tif'), { force: true });
      const answers = [await execute('gone', { area: 'huc12/990101010101' })];
      const answer = await request('/run', { method: 'POST', body: runOnLost });
      const told = [...answers, answer].map(({ text }) => text).join('\n');
      const paths = told.match(/ENOENT|file:|(\/[\w.-]+){2,}\.\w+|\bat .*:\d+:\d+/g) ?? [];
      const costs = [{ what: 'paths and codes told', value: paths.length, unit: '', most: 0 }];
      return { answer: `${summedUp([...answers, answer])}: ${answers[0]?.text.slice(0, 120)}`, costs };
    },
  },
  {
    name: 'security headers',
    about: 'the landing page, a refusal and Bull Board: CSP, frames, kinds of content',
    send: async ({ request }, { url }) => {
      const answers: Answer[] = [];
      let missing = 0;
      for (const path of ['/', '/api/nothing', '/admin/queues']) {
        answers.push(await request(path));
        const { headers } = await fetch(`${url}${path}`);
        missing += wanted.filter((name) => !headers.has(name)).length;
      }
      return { answer: summedUp(answers), costs: [{ what: 'headers missing', value: missing, unit: 'of 9', most: 0 }] };
    },
  },
  {
    name: 'another host',
    about: 'requests with a Host and X-Forwarded-Host of the attacker',
    send: async (_attacker, { url }) => {
      const taken = await Promise.all([
        linksWith(url, { host: 'evil.example' }),
        linksWith(url, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }),
        linksWith(url, { forwarded: 'host=evil.example;proto=https' }),
      ]);
      const value = taken.filter(Boolean).length;
      return { answer: '201', costs: [{ what: 'links to evil.example', value, unit: 'of 3', most: 0 }] };
    },
  },
];

function guessing(name: string, about: string, path: string, authorization: (i: number) => string): RequestAttack {
  return {
    name,
    about,
    most: { cpu: 10 },
    send: async ({ request, signal }) => {
      const answers: Answer[] = [];
      const end = performance.now() + guessingMilliseconds;
      const lane = async (n: number) => {
        for (let i = n; performance.now() < end && !signal.aborted; i += 20) {
          const answer = request(path, { headers: { authorization: authorization(i) } }).catch(() => undefined);
          // A gateway that lets a guess wait is not waited for.
          const first = await Promise.race([answer, waited(end - performance.now())]);
          if (first) answers.push(first);
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, n) => lane(n)));
      const tried = answers.filter(({ status }) => status === 401).length / (guessingMilliseconds / 1000);
      return { answer: summedUp(answers), costs: [{ what: 'guesses', value: tried, unit: 'a second', most: 20 }] };
    },
  };
}

function waited(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds), undefined));
}

/** Whether links or the Location name the host of an attacker. */
function linksWith(url: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ inputs: { area: 'huc12/990101010101' } });
    const options = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    const asked = httpRequest(`${url}/api/processes/landcover/execution`, options, (answer) => {
      let text = answer.headers.location ?? '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve(text.includes('evil.example')));
    });
    asked.once('error', reject).end(body);
  });
}

const runOnLost = {
  input: {
    ...{
      operationType: 'RasterGroupedCount',
      rasters: ['gone'],
      zoom: 0,
      polygonCRS: 'LatLng',
      rasterCRS: 'ConusAlbers',
    },
    polygon: ['{"type":"Polygon","coordinates":[[[-100,41.8],[-99.99,41.8],[-99.99,41.81],[-100,41.8]]]}'],
  },
};

function catalogOfLostRaster(): string {
  const raster = scratch('gone.tif');
  copyFileSync(join(sampleFolder, 'soil.tif'), raster);
  const catalog = scratch('gone.yaml');
  writeFileSync(
    catalog,
    `rasters: { gone: { url: ${raster} }, landcover: { url: ${sampleFolder}/landcover.tif } }
operations:
  landcover: { type: groupedCount, rasters: [landcover] }
  gone: { type: groupedCount, rasters: [gone] }
areas: { huc12: { source: ${sampleFolder}/basin.gpkg, table: huc12, id: huc12 } }
`,
  );
  return catalog;
}
