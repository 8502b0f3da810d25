import { readConfig, startGateway } from '@catchment/gateway';
import { Command } from 'commander';
import { catalogPath } from '../catalog-path.ts';
import { openLog } from '../log.ts';
import { untilStopped } from '../until-stopped.ts';

/** `catchment gateway`: the HTTP side alone. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .description('serve the HTTP API; workers run elsewhere')
    .addHelpText(
      'after',
      '\nExample:\n  QUEUE_REDIS_URL=redis://localhost:6379 CATCHMENT_CATALOG=catalog.yaml catchment gateway\n\nAll settings are environment variables: see .env.example.',
    )
    .action(async () => {
      const config = readConfig({ ...process.env, CATCHMENT_CATALOG: catalogPath(undefined, process.env) });
      const log = openLog(config.LOG_LEVEL);
      const gateway = await startGateway(config, log);
      log.info(`gateway listens on ${gateway.url}`);
      log.info(`${await untilStopped()}: the gateway stops`);
      await gateway.close();
    });
}
