import type { WorkerRole } from '@cellshed/jobs';
import { openLog } from '@cellshed/logs';
import { secretsIn } from '@cellshed/settings';
import { readConfig, roles, startWorker } from '@cellshed/worker';
import { Command, InvalidArgumentError, Option } from 'commander';
import { catalogOption, servingEnvironment } from '../options/serving-options.ts';
import { endInTime } from '../service/end-in-time.ts';
import { startStoppable } from '../service/until-stopped.ts';

/** `catchment worker`: takes jobs of some or all roles. */
export function workerCommand(): Command {
  const command = new Command('worker').description('take jobs from the queues until stopped');
  return catalogOption(command)
    .addOption(
      new Option('--roles <list>', 'which jobs it takes, with commas between')
        .argParser(parseRoles)
        .default([...roles], roles.join(',')),
    )
    .addHelpText(
      'after',
      '\nExample:\n  catchment worker --roles start,finish\n  catchment worker --roles count\n\nAll other settings are environment variables: see .env.example.',
    )
    .action(async (options: { readonly roles: readonly WorkerRole[]; readonly catalog?: string }) => {
      const config = readConfig(servingEnvironment({ catalog: options.catalog }, process.env));
      const log = openLog({ level: config.LOG_LEVEL, app: 'worker', secrets: secretsIn(process.env) });
      const { started: worker, stopped } = await startStoppable(() => startWorker(config, options.roles, log));
      log.info(`${await stopped}: the worker ends its jobs and stops`);
      // While Redis is away no job can be given back.
      const hasEnded = endInTime(config.SHUTDOWN_GRACE_SECONDS, () =>
        log.warn('the worker could not give back its jobs, is Redis away? They go to others.'),
      );
      await worker.close();
      hasEnded();
    });
}

function parseRoles(text: string): WorkerRole[] {
  const wanted = text.split(',').map((role) => role.trim());
  const wrong = wanted.find((role) => !roles.includes(role as WorkerRole));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no role; expected some of ${roles.join(',')}`);
  return wanted as WorkerRole[];
}
