import stringWidth from 'string-width';
import { attentionIn } from '../../src/status/attention.ts';
import type { StatusDocument } from '../../src/status/status-document.ts';
import { statusText } from '../../src/status/status-text.ts';

const well: Omit<StatusDocument, 'attention'> = {
  at: '2026-12-01T12:00:00.000Z',
  queues: ['start', 'finish', 'count', 'refresh', 'tally'].map((queue) => ({
    ...{ queue, taken: true, paused: false, running: 1, waiting: 0, delayed: 0, parked: 0, completed: 7, failed: 0 },
    oldestSeconds: { people: null, background: null },
  })),
  processes: [
    process('gateway', 'gateway-1:7', []),
    { ...process('worker', 'count-1:7', ['start', 'finish', 'count']), threads: 4 },
  ],
  chores: [],
  keptAt: '2026-12-01T11:59:55.000Z',
  requests: {
    hour: { outcomes: { hit: 3, miss: 1 }, hitRate: 0.75 },
    day: { outcomes: { hit: 1234, miss: 5, refused: 2 }, hitRate: 0.996 },
  },
  stores: [
    {
      ...{ settings: ['CACHE_URL'], place: 'file:/var/lib/catchment/results', problem: null },
      ...{ usedBytes: 5e9, limitBytes: 2e10, troubles: [] },
    },
  ],
  redis: [
    {
      ...{ settings: ['QUEUE_REDIS_URL', 'CACHE_URL'], place: 'redis://queue-redis.example.org:6379' },
      ...{ version: '7.2.4', policy: 'noeviction', usedBytes: 1e8, limitBytes: 1e9, evicted: 0 },
    },
  ],
  sources: [{ kind: 'raster', name: 'landcover_2021', version: '812522-1796100038009700176', problem: null }],
};

function process(kind: 'gateway' | 'worker', name: string, roles: string[]): StatusDocument['processes'][number] {
  return { kind, name, roles, version: '0.1.0', startedAt: '2026-12-01T09:00:00.000Z', threads: null, doing: [] };
}

function chore(state: string): StatusDocument['chores'][number] {
  const progress = { done: 1200, planned: 83_000, unit: 'results', problem: null };
  return { id: 'chore-1', kind: 'warm', state, by: 'operator', askedAt: '2026-12-01T11:00:00.000Z', ...progress };
}

/** The queues, but for one of them. */
const queuesWith = (changed: string, change: Partial<StatusDocument['queues'][number]>) =>
  well.queues.map((one) => (one.queue === changed ? { ...one, ...change } : one));
const [disk, redis] = [well.stores[0], well.redis[0]] as [StatusDocument['stores'][0], StatusDocument['redis'][0]];
const trouble = {
  worker: 'count-1:7',
  state: 'hangs',
  since: '2026-12-01T11:00:00.000Z',
  failures: 3,
  problem: 'silent',
};
const waiting = { people: 61, background: 1e6 };

it.each([
  ['nothing, of a service that is well', {}, []],
  [
    'a queue that nobody takes',
    { queues: queuesWith('refresh', { taken: false }) },
    ['no worker takes refresh jobs; start one with `catchment worker --roles finish`'],
  ],
  ['a queue that is paused', { queues: queuesWith('tally', { paused: true }) }, ['the queue tally is paused']],
  [
    'a job that somebody waits for too long, and not one for nobody',
    { queues: queuesWith('start', { oldestSeconds: waiting }) },
    ['a start job that somebody waits for has waited for 1m 1s'],
  ],
  ['that there is no gateway', { processes: well.processes.slice(1) }, ['no gateway lives']],
  [
    'processes of different versions',
    { processes: [{ ...process('gateway', 'g:1', []), version: '0.2.0' }, ...well.processes.slice(1)] },
    ['processes have different versions: 0.1.0, 0.2.0'],
  ],
  [
    'a chore whose job was removed',
    { chores: [chore('lost')] },
    ['the warm chore chore-1 has no job any more: resume or cancel it'],
  ],
  ['no chore that goes on', { chores: [chore('running')] }, []],
  ['a keeper that is silent', { keptAt: null }, [expect.stringMatching(/^no worker puts the queues in order/)]],
  [
    'a Redis of the queues that may evict',
    { redis: [{ ...redis, policy: 'allkeys-lru' }] },
    [expect.stringMatching(/may evict jobs: its maxmemory-policy is allkeys-lru/)],
  ],
  ['a Redis that is nearly full', { redis: [{ ...redis, usedBytes: 950e6 }] }, [expect.stringMatching(/uses 95% of/)]],
  [
    'no cache that is full: it evicts',
    { redis: [{ ...redis, settings: ['CACHE_URL'], policy: 'allkeys-lru', usedBytes: 1e9 }] },
    [],
  ],
  [
    'a Redis that is away',
    { redis: [{ ...redis, problem: 'does not answer: x' }] },
    [expect.stringMatching(/answer: x/)],
  ],
  ['a disk that is nearly full', { stores: [{ ...disk, usedBytes: 19e9 }] }, [expect.stringMatching(/is 95% full/)]],
  ['a store that does not answer', { stores: [{ ...disk, problem: 'denied' }] }, [expect.stringMatching(/: denied$/)]],
  [
    'what workers have trouble with',
    { stores: [{ ...disk, troubles: [trouble] }] },
    [expect.stringMatching(/^worker count-1:7 has trouble with file:.* which hangs: silent \(3 failures since/)],
  ],
  [
    'a raster that cannot be used',
    { sources: [{ kind: 'raster', name: 'soil', version: null, problem: 'it is gone' }] },
    ['raster soil cannot be used: it is gone'],
  ],
] as const)('%s needs attention', (_, change, expected) => {
  expect(attentionIn({ ...well, ...change } as typeof well)).toEqual(expected);
});

it.each([80, 60])('fits %i columns', (width) => {
  const doing = Array.from({ length: 7 }, (_, i) => ({
    kind: 'count',
    subject: `landcover_soil huc12/9901010101${i}`,
  }));
  const status = {
    ...{ ...well, queues: queuesWith('start', { oldestSeconds: waiting, waiting: 123_456, failed: 1234 }) },
    chores: [chore('running')],
    processes: [{ ...process('worker', 'a-machine-with-a-long-name.example.org:12345', ['count']), doing }],
  };
  const text = statusText({ ...status, attention: attentionIn(status) }, width);
  const [head = '', ...lines] = text.split('\n');
  expect(head).toContain('2 things to look at, at 2026-12-01 12:00 UTC');
  expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
  expect(text).toContain('123,456');
  expect(text).toContain('and 2 others');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'warm chore-1: running, 1,200 of 83,000 results; asked for by operator',
  );
  expect(text).toContain('last hour: 75% of answers were cached (3 hit, 1 miss)');
});
