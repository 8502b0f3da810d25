import { loadCatalog } from '@cellshed/catalog';
import { createClient } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { openLog } from '@cellshed/logs';
import { secretsIn } from '@cellshed/settings';
import { Command } from 'commander';
import { samplePath } from '../options/catalog-path.ts';
import { clone } from '../options/clone.ts';
import { startAllInOne } from '../service/all-in-one.ts';
import { resultText } from '../text/result-text.ts';
import { say } from '../text/say.ts';

/** The sample watershed and operation that are shown. */
const area = 'huc12/990101010101';
const operation = 'landcover_soil';

/** No server of the environment is used: what others keep must not make the first answer a hit. */
const ownServers = {
  QUEUE_REDIS_URL: undefined,
  CACHE_URL: undefined,
  DRAWN_CACHE_URL: undefined,
  JOB_CACHE_URL: undefined,
  TALLY_URL: undefined,
};

/** `catchment demo`: one request through the queue, twice. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('run one request on the synthetic sample basin through the queue twice: a miss, then a hit')
    .addHelpText('after', '\nExample:\n  npm run demo')
    .action(async () => {
      if (!clone)
        throw new Error('the demo needs a clone of the repository: `npm run demo` makes the sample basin there');
      const cache = await startRedis({ config: { 'maxmemory-policy': 'allkeys-lru', maxmemory: '64mb' } });
      const all = await startAllInOne({
        env: {
          ...process.env,
          ...ownServers,
          CATCHMENT_CATALOG: samplePath,
          HOST: '127.0.0.1',
          PORT: '0',
          JOB_LIST: 'all',
        },
        log: openLog({ level: 'error', secrets: secretsIn(process.env) }),
        cacheUrl: cache.url,
      });
      try {
        say(`Everything runs: gateway on ${all.url}, workers, a private Redis for the queues and one for the cache.`);
        say('The sample is a synthetic basin: no real place.\n');
        const catalog = await loadCatalog(samplePath);
        const width = process.stdout.columns ?? 100;
        const first = await ask(all.url);
        console.log(`Asked once: cache ${first.cache}, ${first.milliseconds} ms\n`);
        console.log(resultText(first.result, { width, catalog, mostRows: 12 }));
        const second = await ask(all.url);
        const equal = JSON.stringify(first.result) === JSON.stringify(second.result);
        if (!equal || first.cache !== 'miss' || second.cache !== 'hit') {
          throw new Error('expected a miss, then a hit with the same counts');
        }
        say(`\nAsked again: cache ${second.cache}, ${second.milliseconds} ms: the same counts, not computed again.\n`);
        say('Next: `npm start` serves the sample, and says what to type.');
      } finally {
        await all.close();
        await cache.stop();
      }
    });
}

async function ask(url: string) {
  const client = createClient(url);
  const before = performance.now();
  const { jobID } = await client.execute(operation, { area });
  const { status, cache, message } = await client.wait(jobID, { everyMilliseconds: 5 });
  if (status !== 'successful') throw new Error(message ?? `the job was ${status}`);
  const result = await client.result(jobID);
  return { result, cache, milliseconds: Math.round(performance.now() - before) };
}
