import { readConfig, startGateway } from '@cellshed/gateway';
import { openLog } from '@cellshed/logs';
import { secretsIn } from '@cellshed/settings';
import { Command } from 'commander';
import { type ServingOptions, servingEnvironment, servingOptions } from '../options/serving-options.ts';
import { endInTime } from '../service/end-in-time.ts';
import { startStoppable } from '../service/until-stopped.ts';

/** `catchment gateway`: the HTTP side alone. */
export function gatewayCommand(): Command {
  const command = new Command('gateway').description('serve the HTTP API; workers run elsewhere');
  return servingOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  QUEUE_REDIS_URL=redis://localhost:6379 CATCHMENT_CATALOG=catalog.yaml catchment gateway\n  catchment gateway --port 9000 --catalog catalog.yaml\n\nAll other settings are environment variables: see .env.example.',
    )
    .action(async (options: ServingOptions) => {
      const config = readConfig(servingEnvironment(options, process.env));
      const log = openLog({ level: config.LOG_LEVEL, app: 'gateway', secrets: secretsIn(process.env) });
      const { started: gateway, stopped } = await startStoppable(() => startGateway(config, log));
      log.info(`gateway listens on ${gateway.url}`);
      log.info(`${await stopped}: the gateway stops`);
      const hasEnded = endInTime(config.SHUTDOWN_GRACE_SECONDS, () =>
        log.warn('the gateway could not end its connections, is Redis away?'),
      );
      await gateway.close();
      hasEnded();
    });
}
