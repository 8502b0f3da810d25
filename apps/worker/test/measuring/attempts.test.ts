import type { Attempt } from '@cellshed/jobs';
import { openMetrics } from '@cellshed/metrics';
import { attemptMeter } from '../../src/measuring/attempts.ts';

/** The lines of a metric without buckets, after some attempts at jobs. */
async function measured(name: string, ...attempts: readonly Partial<Attempt>[]): Promise<string[]> {
  const metrics = openMetrics();
  const measure = attemptMeter(metrics);
  for (const one of attempts) {
    measure({
      kind: 'finish',
      job: 'a',
      data: { operation: 'cover' },
      outcome: 'done',
      seconds: 1,
      secondsSinceAdded: 2,
      ...one,
    });
  }
  const text = await metrics.text();
  await metrics.close();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`));
}

it.each([
  ['a hit', { outcome: 'done', cache: 'hit' }, 'hit'],
  ['a miss', { outcome: 'done', cache: 'miss' }, 'miss'],
  ['a stale value', { outcome: 'done', cache: 'stale' }, 'stale'],
  ['a refusal', { outcome: 'refused', problem: 'too large' }, 'refused'],
  ['a dismissal', { outcome: 'dismissed' }, 'dismissed'],
  ['a request whose drawing is gone', { outcome: 'gone' }, 'gone'],
])('counts %s', async (_, result, outcome) => {
  expect(await measured('catchment_requests_total', { result })).toEqual([
    `catchment_requests_total{operation="cover",outcome="${outcome}"} 1`,
  ]);
  expect(await measured('catchment_request_seconds_sum', { result })).toEqual([
    `catchment_request_seconds_sum{outcome="${outcome}"} 2`,
  ]);
});

it('counts a request that has failed, and none that waits, is tried again or handed back', async () => {
  const attempts = (['failed', 'waits', 'retried', 'handed back'] as const).map((outcome) => ({ outcome }));
  expect(await measured('catchment_requests_total', ...attempts)).toEqual([
    'catchment_requests_total{operation="cover",outcome="failed"} 1',
  ]);
  expect(await measured('catchment_job_seconds_count', ...attempts)).toHaveLength(4);
});

const requests = { requests: {} };

it('tells sweeps from other computations', async () => {
  const compute = (reason: object) => ({
    kind: 'compute',
    data: { request: { operation: 'cover' }, for: reason },
    result: { outcome: 'refused', problem: 'too large' },
  });
  expect(
    await measured(
      'catchment_job_seconds_count',
      compute({ background: { isSwept: true } }),
      compute({ background: { isSwept: false } }),
      compute(requests),
    ),
  ).toEqual([
    'catchment_job_seconds_count{kind="sweep",outcome="done"} 1',
    'catchment_job_seconds_count{kind="compute",outcome="done"} 2',
  ]);
});

it('counts cells, and tiles by where they come from', async () => {
  const compute = {
    kind: 'compute',
    data: { request: { operation: 'cover' }, for: requests },
    result: { outcome: 'done', cache: 'miss', cells: 700, tiles: { planned: 10, tallied: 4 } },
  };
  expect(await measured('catchment_cells_counted_total', compute, compute)).toEqual([
    'catchment_cells_counted_total{operation="cover"} 1400',
  ]);
  expect(await measured('catchment_tiles_total', compute)).toEqual([
    'catchment_tiles_total{source="counted"} 6',
    'catchment_tiles_total{source="tally"} 4',
  ]);
});

it('measures a job whose data fit no contract', async () => {
  expect(await measured('catchment_job_seconds_count', { kind: 'compute', data: {}, outcome: 'failed' })).toEqual([
    'catchment_job_seconds_count{kind="compute",outcome="failed"} 1',
  ]);
});
