import { type Role, readConfig, roles, startWorker } from '@catchment/worker';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { openLog } from '../log.ts';
import { catalogOption, servingEnvironment } from '../serving-options.ts';
import { startStoppable } from '../until-stopped.ts';

/** How long it may take to close connections, after the grace. */
const goodbyeMilliseconds = 5000;

/** `catchment worker`: takes jobs of some or all roles. */
export function workerCommand(): Command {
  const command = new Command('worker').description('take jobs from the queues until stopped');
  return catalogOption(command)
    .option('--roles <list>', `which jobs, of ${roles.join(',')}`, parseRoles, [...roles])
    .addHelpText(
      'after',
      '\nExample:\n  catchment worker --roles start,finish\n  catchment worker --roles count\n\nAll other settings are environment variables: see .env.example.',
    )
    .action(async (options: { readonly roles: readonly Role[]; readonly catalog?: string }) => {
      const config = readConfig(servingEnvironment({ catalog: options.catalog }, process.env));
      const log = openLog(config.LOG_LEVEL);
      const { started: worker, stopped } = await startStoppable(() => startWorker(config, options.roles, log));
      log.info(`${await stopped}: the worker ends its jobs and stops`);
      // Without its Redis nothing can be given back: then a close would wait for ever.
      const late = setTimeout(
        () => {
          log.warn('the worker could not give back its jobs, is Redis away? They go to others.');
          process.exit(exitCodes.couldNotRun);
        },
        1000 * config.SHUTDOWN_GRACE_SECONDS + goodbyeMilliseconds,
      );
      await worker.close();
      clearTimeout(late);
    });
}

function parseRoles(text: string): Role[] {
  const wanted = text.split(',').map((role) => role.trim());
  const wrong = wanted.find((role) => !roles.includes(role as Role));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no role; expected some of ${roles.join(',')}`);
  return wanted as Role[];
}
