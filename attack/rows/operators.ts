import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@cellshed/client';
import type { CommandAttack } from '../attack-command.ts';
import type { Row } from '../row.ts';
import { countIn, sampleFolder } from '../scratch.ts';
import { startTarget } from '../target.ts';

const secret = 'sec@/ret';
let asked = 0;

/** Attacks on secrets in messages, and through a raster's server. */
export const operatorAttacks: readonly CommandAttack[] = [
  {
    name: 'masked passwords',
    about: 'a URL with @ and / in its password, of a Redis that is not there',
    prepare: async () => {
      const env = {
        PORT: '0',
        QUEUE_REDIS_URL: `redis://user:${secret}@127.0.0.1:1`,
        CATCHMENT_CATALOG: `${sampleFolder}/catalog.yaml`,
      };
      return { bytes: env.QUEUE_REDIS_URL.length, args: ['gateway'], env };
    },
    costs: (said) => [
      { what: 'parts of the password told', value: /ret@|sec@|\bret\b/.test(said) ? 1 : 0, unit: '', most: 0 },
    ],
  },
  {
    name: 'redirects',
    about: 'a raster on a server that redirects to another host, which is a private address',
    prepare: async () => {
      asked = 0;
      const inside = await serve(
        createServer((_, answer) => {
          asked++;
          answer.writeHead(200, { 'content-length': '8' }).end('II*\0\0\0\0\0');
        }),
        '127.0.0.2',
      );
      const outside = await serve(
        createServer((_, answer) => answer.writeHead(302, { location: `${inside}/a.tif` }).end()),
        '127.0.0.1',
      );
      return { bytes: 100, args: countIn(`${outside}/a.tif`) };
    },
    costs: () => [{ what: 'requests that reach the other host', value: asked, unit: '', most: 0 }],
  },
];

/** A gateway that is to end while its Redis is away. */
export const stopping: Row = {
  name: 'stopping',
  about: 'SIGTERM to a gateway whose Redis has gone',
  measure: async (checkout) => {
    const target = await startTarget({ checkout, catalog: `${sampleFolder}/catalog.yaml` });
    try {
      await createClient(target.url).execute('landcover', { area: 'huc12/990101010101' });
      await target.loseQueue();
      const ended = once(target.gateway, 'exit');
      const before = performance.now();
      target.gateway.kill('SIGTERM');
      const cut = AbortSignal.timeout(45_000);
      const gone = await Promise.race([ended.then(() => true), once(cut, 'abort').then(() => false)]);
      const value = (performance.now() - before) / 1000;
      return { bytes: 0, answer: '', costs: [{ what: 'until it ends', value, unit: 's', most: 15, atLeast: !gone }] };
    } finally {
      await target.stop();
    }
  },
};

async function serve(server: Server, host: string): Promise<string> {
  server.listen(0, host).unref();
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}
