import { relative, resolve } from 'node:path';
import { loadCatalog } from '@cellshed/catalog';
import { hasPage } from '@cellshed/gateway';
import { openLog } from '@cellshed/logs';
import { secretsIn } from '@cellshed/settings';
import { Command } from 'commander';
import { type ServingOptions, servingEnvironment, servingOptions } from '../options/serving-options.ts';
import { type AllInOne, startAllInOne } from '../service/all-in-one.ts';
import { endInTime } from '../service/end-in-time.ts';
import { announceService, findService } from '../service/running-service.ts';
import { serveFolder } from '../service/serve-folder.ts';
import { untilStopped } from '../service/until-stopped.ts';
import { examplesOf } from '../text/examples.ts';
import { startText } from '../text/start-text.ts';

/** `catchment serve`: everything in one process. */
export function serveCommand(): Command {
  const command = new Command('serve').description(
    'serve everything in one process: gateway, workers and, where QUEUE_REDIS_URL names none, a private Redis',
  );
  return servingOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  catchment serve\n  catchment serve --port 9000 --catalog catalog.yaml\n\nAll other settings are environment variables: see .env.example.',
    )
    .action(async (options: ServingOptions) => {
      const env = servingEnvironment(options, process.env);
      const folder = serveFolder(env);
      if (!env.QUEUE_REDIS_URL) await refuseSecond(folder);
      const all = await startAllInOne({
        env,
        log: openLog({ level: env.LOG_LEVEL ?? 'warn', secrets: secretsIn(env) }),
        dataDir: resolve(folder, 'queue'),
        cacheUrl: `file:${resolve(folder, 'results')}`,
        tallyUrl: `file:${resolve(folder, 'tallies')}`,
      });
      const withdraw = await announceService(folder, all.settings);
      const stopped = untilStopped();
      console.log(await textOf(all, env));
      await stopped;
      console.log('Stopping: the jobs under way are ended first.');
      withdraw();
      const hasEnded = endInTime(all.graceSeconds, () => console.error('The jobs under way are left: Redis is away.'));
      await all.close();
      hasEnded();
    });
}

/** Two cannot share the folder's queue. */
async function refuseSecond(folder: string): Promise<void> {
  const service = await findService(folder);
  if (!service) return;
  const { CATCHMENT_URL: url, CATCHMENT_CATALOG: catalog } = service.settings;
  throw new Error(
    `process ${service.pid} serves ${catalog} already, on ${url}: stop it first, or give this one a folder of its own (SERVE_DIR)`,
  );
}

async function textOf({ url, settings, made }: AllInOne, env: Readonly<Record<string, string | undefined>>) {
  const { CATCHMENT_CATALOG: path = '', CACHE_URL = '', TALLY_URL = '' } = settings;
  const catalog = await loadCatalog(path);
  const near = relative(process.cwd(), path);
  return startText(
    {
      url,
      hasPage: env.WEB_FOLDER ? hasPage(env.WEB_FOLDER) : false,
      catalog: near.startsWith('..') ? path : near,
      // They are examples: the service runs without them.
      examples: await examplesOf(catalog).catch(() => ({ area: undefined, operation: undefined, raster: undefined })),
      adminUser: env.ADMIN_PASSWORD ? (env.ADMIN_USER ?? 'admin') : undefined,
      made,
      folder: env.SERVE_DIR ? serveFolder(env) : undefined,
      isShared: { cache: !isInProcess(CACHE_URL), tallies: TALLY_URL !== '' && !isInProcess(TALLY_URL) },
    },
    process.stdout.columns ?? 100,
  );
}

function isInProcess(url: string): boolean {
  return /^memory:\d*$/.test(url);
}
