import { connectFailingFast, skewProblem } from '@cellshed/jobs';
import type { ServerFacts } from '@cellshed/redis';
import prettyBytes from 'pretty-bytes';
import type { AskedRedis } from '../status/redis-servers.ts';
import { type Finding, findingsOf } from './finding.ts';
import { redisCliLine } from './redis-cli-line.ts';

const { well, doubtful, wrong } = findingsOf('redis');

/** The oldest version with the commands that are used. */
const oldest = [6, 2] as const;
/** The part of its memory above which a Redis is nearly full. */
const nearlyFull = 0.9;

/** Checks each Redis that the settings name: version, policy, persistence, memory, clock. */
export async function checkRedis(servers: readonly AskedRedis[], retentionSeconds: number): Promise<Finding[]> {
  const all = await Promise.all(
    servers.map(async ({ settings, place, url, asked }) => {
      const subject = `${settings.join(', ')} ${place}`;
      const isOfQueues = settings.includes('QUEUE_REDIS_URL');
      if ('problem' in asked) {
        return [wrong(subject, asked.problem, { advice: 'start it, or correct the URL, user and password' })];
      }
      const facts = asked.facts.flatMap((one) => (isOfQueues ? aboutQueues : aboutCache)({ subject, url }, one));
      const clock = isOfQueues ? await aboutClock(subject, url, retentionSeconds) : [];
      return [...facts, ...clock];
    }),
  );
  return all.flat();
}

interface Server {
  readonly subject: string;
  readonly url: string;
}

/** Says what to do about a setting of a Redis. */
function setting({ url }: Server, name: string, value: string) {
  return {
    advice: 'set it in its configuration, too',
    command: redisCliLine(url, `CONFIG SET ${name} ${value}`),
  };
}

function aboutQueues(server: Server, facts: ServerFacts): Finding[] {
  const { subject } = server;
  const { evictionPolicy: policy, persistence, persistenceProblem, maxMemoryBytes: limit } = facts;
  return [
    ...aboutVersion(subject, facts),
    policy === 'noeviction' || policy === 'unknown'
      ? well(subject, `its maxmemory-policy is ${policy}`)
      : wrong(subject, `its maxmemory-policy is ${policy}: an evicted key is a lost job`, {
          ...setting(server, 'maxmemory-policy', 'noeviction'),
        }),
    persistence === 'none'
      ? doubtful(
          subject,
          'it keeps nothing over a restart: jobs and results that clients have not read are lost then',
          {
            ...setting(server, 'appendonly', 'yes'),
          },
        )
      : persistence === 'snapshots'
        ? doubtful(subject, 'it keeps snapshots (RDB): a crash loses the jobs since the last one', {
            ...setting(server, 'appendonly', 'yes'),
          })
        : well(subject, persistence === 'log' ? 'it keeps a log (AOF)' : 'it does not say how it keeps its data'),
    ...(persistenceProblem === null
      ? []
      : [wrong(subject, persistenceProblem, { advice: 'give its disk room and rights: it may refuse writes' })]),
    limit === null
      ? doubtful(subject, 'it has no maxmemory: when the memory of its machine ends, so does it', {
          advice: 'set maxmemory to what its machine has for it; when it is full, requests are refused and jobs go on',
        })
      : aboutMemory(subject, facts, limit),
  ];
}

function aboutCache(server: Server, facts: ServerFacts): Finding[] {
  const { subject } = server;
  const { evictionPolicy: policy, maxMemoryBytes: limit } = facts;
  return [
    ...aboutVersion(subject, facts),
    limit !== null && policy === 'noeviction'
      ? doubtful(subject, 'its maxmemory-policy is noeviction: when it is full, it takes no more results', {
          advice: 'let it evict what was not used for longest, unless the queues are on it, too',
          command: setting(server, 'maxmemory-policy', 'allkeys-lru').command,
        })
      : well(
          subject,
          `its maxmemory-policy is ${policy}, ${limit === null ? 'without a limit' : `of ${prettyBytes(limit)}`}`,
        ),
  ];
}

function aboutVersion(subject: string, { version }: ServerFacts): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = version !== 'unknown' && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]));
  if (!isOld) return [well(subject, `Redis ${version}`)];
  return [wrong(subject, `Redis ${version}, expected ${oldest.join('.')} or newer`, { advice: 'install a newer one' })];
}

function aboutMemory(subject: string, { usedMemoryBytes: used }: ServerFacts, limit: number): Finding {
  const text = `it uses ${prettyBytes(used)} of ${prettyBytes(limit)}`;
  if (used <= nearlyFull * limit) return well(subject, text);
  return wrong(subject, text, { advice: 'give it more memory, or keep jobs shorter: JOB_RETENTION_SECONDS' });
}

async function aboutClock(subject: string, url: string, retentionSeconds: number): Promise<Finding[]> {
  const client = connectFailingFast(url, () => undefined);
  try {
    while (client.status !== 'ready') await new Promise((done) => setTimeout(done, 20));
    const problem = await skewProblem(client, retentionSeconds);
    if (problem === undefined) return [well(subject, 'it has the same time as this machine')];
    return [wrong(subject, problem, { advice: 'no job ends until then' })];
  } finally {
    client.disconnect();
  }
}
