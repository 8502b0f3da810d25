import { dirname } from 'node:path';
import { type Catalog, loadCatalog } from '@cellshed/catalog';
import { readSettings } from '@cellshed/settings';
import { Command } from 'commander';
import { checkMachine } from '../doctor/check-machine.ts';
import { checkRasters } from '../doctor/check-rasters.ts';
import { checkRedis } from '../doctor/check-redis.ts';
import { checkSettings } from '../doctor/check-settings.ts';
import { checkStores } from '../doctor/check-stores.ts';
import { checkTables } from '../doctor/check-tables.ts';
import { doctorText } from '../doctor/doctor-text.ts';
import { type DoctorDocument, type Finding, findingsOf } from '../doctor/finding.ts';
import { exitCodes } from '../exit-codes.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { catalogOption } from '../options/serving-options.ts';
import { askRedisServers } from '../status/redis-servers.ts';
import { asTyped } from '../text/as-typed.ts';
import { writeOut } from '../text/stdout.ts';

interface DoctorOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment doctor`: checks settings, machine, servers, stores, rasters and tables. */
export function doctorCommand(): Command {
  return catalogOption(new Command('doctor'))
    .description('check settings, machine, Redis servers, stores, rasters and area tables, and say what to do')
    .option('--json', 'print the findings as JSON in one line')
    .addHelpText(
      'after',
      '\nIt needs the settings of the service. In each store it writes a tiny value, and deletes it.\n\nExit codes: 0 nothing is wrong, 1 could not run, 2 not understood, 3 something is wrong.\n\nExample:\n  catchment doctor\n  catchment doctor --json | jq \'.findings[] | select(.state != "well")\'',
    )
    .action(async ({ catalog: file, json }: DoctorOptions) => {
      const path = catalogPath(file, process.env);
      const env = { ...process.env, CATCHMENT_CATALOG: path };
      const findings = [
        ...checkSettings(env),
        ...checkMachine(workerNeeds(env)),
        ...(await checkRedis(await askRedisServers(env), retention(env))),
        ...(await checkStores(env, dirname(path))),
        ...(await checkCatalog(path)),
      ];
      const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length;
      const document: DoctorDocument = { wrong: count('wrong'), doubtful: count('doubtful'), findings };
      await writeOut(
        `${json ? JSON.stringify(document) : asTyped(doctorText(document, process.stdout.columns ?? 100))}\n`,
      );
      if (document.wrong > 0) process.exitCode = exitCodes.endedWithFailures;
    });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a worker; a setting that is wrong is told elsewhere, and is its default here. */
function workerNeeds(env: Environment) {
  const { COUNT_THREADS: threads, TILE_CACHE_BYTES: tileCacheBytes } = defaulted(env, [
    'COUNT_THREADS',
    'TILE_CACHE_BYTES',
  ]);
  return { threads, tileCacheBytes };
}

function retention(env: Environment): number {
  return defaulted(env, ['JOB_RETENTION_SECONDS']).JOB_RETENTION_SECONDS;
}

function defaulted<Name extends Parameters<typeof readSettings>[1][number]>(env: Environment, names: readonly Name[]) {
  try {
    return readSettings(env, names);
  } catch {
    return readSettings({}, names);
  }
}

async function checkCatalog(path: string): Promise<Finding[]> {
  let catalog: Catalog;
  try {
    catalog = await loadCatalog(path, { withoutFiles: true });
  } catch (error) {
    const advice = 'correct the catalog: rasters and tables are looked at then';
    return [findingsOf('settings').wrong('CATCHMENT_CATALOG', (error as Error).message, { advice })];
  }
  return [...(await checkRasters(catalog)), ...(await checkTables(catalog))];
}
