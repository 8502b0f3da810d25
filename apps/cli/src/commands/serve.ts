import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { startAllInOne } from '../all-in-one.ts';
import { catalogPath } from '../catalog-path.ts';
import { openLog } from '../log.ts';
import { untilStopped } from '../until-stopped.ts';

const dataFolder = fileURLToPath(new URL('../../../../.catchment/', import.meta.url));

/** `catchment serve`: everything in one process. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve everything in one process: gateway, workers and, where QUEUE_REDIS_URL names none, a private Redis',
    )
    .addHelpText(
      'after',
      '\nExample:\n  catchment serve\n  PORT=9000 CATCHMENT_CATALOG=catalog.yaml catchment serve\n\nAll settings are environment variables: see .env.example.',
    )
    .action(async () => {
      const catalog = catalogPath(undefined, process.env);
      const log = openLog(process.env.LOG_LEVEL ?? 'warn');
      const all = await startAllInOne({
        env: { ...process.env, CATCHMENT_CATALOG: catalog },
        log,
        dataDir: resolve(dataFolder, 'queue'),
        cacheUrl: `file:${resolve(dataFolder, 'results')}`,
        tallyUrl: `file:${resolve(dataFolder, 'tallies')}`,
      });
      console.log(`Catchment serves ${catalog} on ${all.url}`);
      await untilStopped();
      console.log('Stopping: the jobs under way are ended first.');
      await all.close();
    });
}
