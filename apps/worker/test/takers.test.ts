import { jobs } from '@cellshed/jobs';
import type { Parts } from '../src/parts.ts';
import { queuesOf, roles, takers } from '../src/takers.ts';

it('each queue is taken by the workers of one role', () => {
  expect(roles).toEqual(['start', 'finish', 'count', 'chore']);
  expect(roles.map((role) => queuesOf([role]))).toEqual([
    ['start'],
    ['finish', 'refresh'],
    ['count', 'tally'],
    ['chore'],
  ]);
  expect(queuesOf(roles).toSorted()).toEqual([...new Set(Object.values(jobs).map(({ queue }) => queue))].toSorted());
});

it('a role opens only what it uses: threads are for planning and counting, the cache for results', async () => {
  const openedBy = async (...wanted: Parameters<typeof queuesOf>[0]) => {
    const opened = new Set<string>();
    const part = (name: string) => async () => {
      opened.add(name);
      return {};
    };
    const lazy = { caching: part('caching'), scratch: part('scratch'), pool: part('pool'), forget: part('forget') };
    const parts = {
      config: {},
      operations: {},
      settings: {},
      computations: {},
      dismissals: {},
      ...lazy,
    } as unknown as Parts;
    for (const queue of queuesOf(wanted)) await takers[queue](parts);
    return [...opened].sort();
  };
  expect(await openedBy('start')).toEqual(['caching', 'scratch']);
  expect(await openedBy('count')).toEqual(['caching', 'forget', 'pool', 'scratch']);
  expect(await openedBy('finish')).toEqual(['caching', 'forget', 'scratch']);
});
