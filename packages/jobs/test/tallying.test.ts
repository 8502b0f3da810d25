import { type Ending, type Queues, type Tallied, type TallyInput, tallyChunks } from '@cellshed/jobs';

const chunks = [0, 1, 2].map((column) => ({ tier: 0, row: 0, column }));
const result = { nodes: 4, there: 4, counted: 1, bytes: 9, wrong: 0 };
const work = { work: 'build', operation: 'rain', fingerprint: 'f', chunks } as const;

/** A queue that ends jobs as the test says, and remembers the ends. */
function open(end: (input: TallyInput, times: number) => Ending | undefined = () => ({ returned: result })) {
  const added: TallyInput[] = [];
  const ended = new Map<string, Ending>();
  const tally = {
    add: async (_name: string, input: TallyInput, { jobId }: { jobId: string }) => {
      added.push(input);
      const ending = end(input, added.length);
      if (ending && !ended.has(jobId)) ended.set(jobId, ending);
    },
  };
  const wait = async (job: string) => {
    return ended.get(job);
  };
  const queues = { tally, retentionSeconds: 60 } as unknown as Pick<Queues, 'tally' | 'retentionSeconds'>;
  return { added, dependencies: { queues, endings: { wait }, inFlight: 2 } };
}

it('each chunk is asked for once, and again after a silence', async () => {
  const { added, dependencies } = open((_input, times) => (times === 2 ? undefined : { returned: result }));
  const onEnd: Tallied[] = [];
  const { signal } = new AbortController();
  await tallyChunks(work, dependencies, { onEnd: (one) => void onEnd.push(one), signal });
  expect(added.map(({ chunk }) => chunk.column).sort()).toEqual([0, 1, 1, 2]);
  expect(onEnd.map(({ chunk, outcome }) => `${chunk.column} ${outcome}`).sort()).toEqual([
    '0 done',
    '1 done',
    '2 done',
  ]);
});

it('what is told of a chunk is of its own operation, though the rasters of another have the same version', async () => {
  const of = (raster: string) => ({ ...work, definition: { type: 'groupedCount', rasters: [raster] } as const });
  const reason = ({ definition }: TallyInput) => `no ${definition?.rasters}`;
  const { dependencies } = open((input) => ({ reason: reason(input) }));
  const reasons = new Set<string>();
  const onEnd = (one: Tallied) => void reasons.add('reason' in one ? one.reason : '');
  for (const raster of ['winter', 'summer'])
    await tallyChunks(of(raster), dependencies, { onEnd, signal: new AbortController().signal });
  expect([...reasons]).toEqual(['no winter', 'no summer']);
});

it('when it is stopped no more is asked for', async () => {
  const stop = new AbortController();
  const { added, dependencies } = open(() => {
    stop.abort();
    return undefined;
  });
  await tallyChunks(work, dependencies, { onEnd: () => undefined, signal: stop.signal });
  expect(added.length).toBeLessThanOrEqual(2);
});
