// Sets up what is missing (dependencies, Node 24, Redis, PostGIS for tests, sample data) and runs
// one of the commands below. Plain JavaScript without dependencies: a fresh clone starts with it,
// under any Node from 20 on.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as util from 'node:util';
import { provideBrowser } from './browser.mjs';
import { runInForeground, say } from './command.mjs';
import { installDependencies } from './dependencies.mjs';
import { provideGdal } from './gdal.mjs';
import { provideHelm } from './helm.mjs';
import { findNode } from './node.mjs';
import { providePgbouncer } from './pgbouncer.mjs';
import { providePostgis } from './postgis.mjs';
import { providePrometheus } from './prometheus.mjs';
import { provideR } from './r.mjs';
import { provideRedis } from './redis.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const projectFolder = join(root, '.catchment');
const { parseEnv } = util;
const testResults = join(projectFolder, 'test-results.json');

const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${testResults}`];
const tests = {
  ...{ alone: true, redis: ['REDIS_URL'], postgis: ['POSTGIS_URL'], browser: ['BROWSER'] },
  nodeOptions: '--experimental-vm-modules',
};

/**
 * The programs that each command runs in turn, and what it needs: a Redis, a PostGIS or a browser,
 * unless one of these variables names it. `alone`: the settings in `.env` are not for it. `r`,
 * `gdal`, `helm`, `pgbouncer`, `prometheus`: it uses an R, the commands of GDAL, a Helm, a
 * PgBouncer, a Prometheus (where a text: only if that is among the arguments).
 */
const commands = {
  demo: { redis: [], programs: [['sample/make.ts'], ['apps/cli/src/main.ts', 'demo']] },
  start: {
    redis: ['QUEUE_REDIS_URL'],
    programs: [['sample/make.ts'], ['apps/web/build.ts'], ['apps/cli/src/main.ts', 'serve']],
    password: true,
    page: true,
  },
  // Many suites read the sample: each finds it made, whichever comes first.
  test: { ...tests, pgbouncer: true, prometheus: true, programs: [['sample/make.ts'], jest] },
  'test:truth': { ...tests, programs: [[...jest, '--config', 'test/truth/jest.config.ts']] },
  'test:interop': {
    alone: true,
    r: true,
    gdal: true,
    redis: ['REDIS_URL'],
    nodeOptions: tests.nodeOptions,
    programs: [['sample/make.ts'], [...jest, '--config', 'test/interop/jest.config.ts']],
  },
  'test:chart': {
    ...{ alone: true, helm: true, nodeOptions: tests.nodeOptions },
    programs: [[...jest, '--config', 'test/chart/jest.config.ts']],
  },
  'test:packages': {
    ...{ alone: true, nodeOptions: tests.nodeOptions },
    programs: [['sample/make.ts'], [...jest, '--config', 'packing/test/jest.config.ts']],
  },
  bench: {
    redis: ['REDIS_URL'],
    browser: ['BROWSER'],
    prometheus: 'day',
    alone: true,
    programs: [['sample/make.ts'], ['bench/main.ts']],
  },
  screenshots: {
    redis: ['REDIS_URL'],
    browser: ['BROWSER'],
    alone: true,
    programs: [['sample/make.ts'], ['test/page/screenshots.ts'], ['test/page/board-screenshots.ts']],
  },
  attack: { redis: [], programs: [['sample/make.ts'], ['attack/main.ts']], alone: true },
  chaos: { redis: [], programs: [['chaos/main.ts']], alone: true },
  fuzz: { programs: [['test/fuzz/main.ts']], alone: true },
  check: {
    alone: true,
    programs: [
      ['supply/check.ts'],
      ['lint/check.ts'],
      ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
      ['node_modules/knip/bin/knip.js', '--no-config-hints'],
      ['node_modules/typescript/bin/tsc'],
      ['node_modules/typescript/bin/tsc', '--project', 'apps/web'],
    ],
  },
  pack: { alone: true, programs: [['packing/main.ts']] },
  audit: { alone: true, programs: [['supply/audit.ts']] },
  sbom: { alone: true, programs: [['supply/sbom.ts']] },
};

/** Resolves to the exit code. Arguments after the command's name go to the last of its programs. */
async function main([name, ...rest]) {
  const command = commands[name];
  if (!command) throw new Error(`usage: node setup/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  mkdirSync(projectFolder, { recursive: true });
  installDependencies(root);
  const node = findNode(root);
  // Node has had it since 20.12.
  if (!parseEnv) return runInForeground(node, [fileURLToPath(import.meta.url), name, ...rest]);
  const settings = { ...(command.alone ? {} : fileSettings()), ...process.env };
  if (lacks(command.redis, settings)) provideRedis(projectFolder);
  if (lacks(command.postgis, settings)) providePostgis(projectFolder);
  if (command.r) provideR(projectFolder);
  if (command.gdal) provideGdal(projectFolder);
  if (command.helm) provideHelm(projectFolder);
  if (command.pgbouncer) providePgbouncer(projectFolder);
  if (command.prometheus === true || rest.includes(command.prometheus)) providePrometheus(projectFolder);
  const browser = lacks(command.browser, settings) ? provideBrowser(projectFolder) : undefined;
  const options = {
    cwd: root,
    env: { ...environmentFor(command, node, settings), ...(browser && { BROWSER: browser }) },
  };
  rmSync(testResults, { force: true });
  for (const program of command.programs) {
    const last = program === command.programs.at(-1);
    const code = await runInForeground(node, last ? [...program, ...rest] : program, options);
    if (last) sumUpTests();
    if (last || code !== 0) return code;
  }
}

/** Whether a server is needed that no variable names. */
function lacks(variables, settings) {
  return variables?.every((name) => !settings[name]) ?? false;
}

/** The settings of `.env`, by which it is decided what to set up; the command reads them itself. */
function fileSettings() {
  const { ENV_FILE } = process.env;
  const file = ENV_FILE ?? join(root, '.env');
  return ENV_FILE || (file && existsSync(file)) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

function environmentFor({ nodeOptions = '', password, page, alone }, node, settings) {
  const { PATH = '', NODE_OPTIONS = '' } = process.env;
  const env = {
    ...process.env,
    PATH: [dirname(node), join(root, 'node_modules', '.bin'), PATH].join(delimiter),
    NODE_OPTIONS: `${NODE_OPTIONS} --disable-warning=ExperimentalWarning ${nodeOptions}`.trim(),
    // Programs start in half the time when their sources have been compiled before, and take less
    // memory.
    NODE_COMPILE_CACHE: settings.NODE_COMPILE_CACHE || join(projectFolder, 'compile-cache'),
    ...(!settings.CATCHMENT_CATALOG && { CATCHMENT_CATALOG: join(projectFolder, 'sample', 'catalog.yaml') }),
    ...(page && !settings.WEB_FOLDER && { WEB_FOLDER: join(projectFolder, 'web') }),
    ...(alone && { ENV_FILE: '' }),
  };
  if (password && !settings.ADMIN_PASSWORD) {
    env.ADMIN_PASSWORD = randomBytes(9).toString('base64url');
    say(`Password of /admin/queues for this run (ADMIN_PASSWORD is not set): ${env.ADMIN_PASSWORD}`);
  }
  return env;
}

/**
 * One plain line for whoever reads the log by machine; a test file that cannot be run counts as a
 * failed test.
 */
function sumUpTests() {
  if (!existsSync(testResults)) return;
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(testResults, 'utf8'));
  process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error.message);
    process.exitCode = 1;
  },
);
