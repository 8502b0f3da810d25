import { readConfig as readGatewayConfig } from '@cellshed/gateway';
import { readConfig as readWorkerConfig } from '@cellshed/worker';
import { type Finding, findingsOf } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const { well, doubtful, wrong } = findingsOf('settings');

/** Checks the settings: those that are missing or wrong, and those that leave something open. */
export function checkSettings(env: Environment): Finding[] {
  const problems = new Set([...problemsOf(readGatewayConfig, env), ...problemsOf(readWorkerConfig, env)]);
  const refused = [...problems].map((problem) =>
    wrong(problem.split(' ')[0] as string, problem, { advice: 'set it in the environment, or in .env' }),
  );
  const open = openness(env);
  const all = [...refused, ...open];
  return all.length > 0 ? all : [well('environment', 'all settings can be read, and leave nothing open')];
}

function problemsOf(read: (env: Environment) => unknown, env: Environment): string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

/** Doors that are open to more than this machine, or switched off, for want of a secret. */
function openness(env: Environment): Finding[] {
  const { HOST, METRICS_HOST, METRICS_PORT, METRICS_TOKEN, ADMIN_TOKEN, ADMIN_PASSWORD, API_KEYS } = env;
  const findings: Finding[] = [];
  if (HOST && !isOwn(HOST) && API_KEYS !== 'required') {
    findings.push(
      doubtful('HOST', `the gateway listens on ${HOST}, beyond this machine, and asks nobody for a key`, {
        advice: 'make keys (`catchment key make`) and set API_KEYS=required, or see that only those reach it who may',
      }),
    );
  }
  if (METRICS_PORT && METRICS_HOST && !isOwn(METRICS_HOST) && !METRICS_TOKEN) {
    findings.push(
      doubtful('METRICS_TOKEN', `workers listen on ${METRICS_HOST} for metrics, and nobody elsewhere may read them`, {
        advice: 'set METRICS_TOKEN, the same in the scrape configuration of Prometheus',
      }),
    );
  }
  for (const [name, value, off] of [
    ['ADMIN_PASSWORD', ADMIN_PASSWORD, 'the pages of the queues are switched off'],
    ['ADMIN_TOKEN', API_KEYS === 'required' ? 'keys' : ADMIN_TOKEN, 'the routes of the operator are switched off'],
  ] as const) {
    if (!value) findings.push(doubtful(name, `it is not set: ${off}`, { advice: `set ${name} if you want them` }));
  }
  for (const name of ['QUEUE_REDIS_URL', 'CACHE_URL', 'DRAWN_CACHE_URL', 'JOB_CACHE_URL'] as const) {
    for (const url of (env[name] ?? '').split(/\s*,\s*/)) {
      if (!/^redis:\/\/[^@]*$/.test(url) || isOwn(new URL(url).hostname)) continue;
      findings.push(
        doubtful(name, `the Redis on ${new URL(url).host} is asked without a password, and without TLS`, {
          advice: 'give Redis a password, or see that only this service reaches it',
        }),
      );
    }
  }
  return findings;
}

function isOwn(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
