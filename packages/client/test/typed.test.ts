import {
  type Answer,
  type Client,
  createClient,
  type DocumentOf,
  type Execution,
  type Job,
  type Results,
} from '@cellshed/client';
import type { ChangeResult, GroupedCountResult, ResultDocument, StatisticsResult } from '@cellshed/contracts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The compiler judges what is called here; none of it runs. */
const isTyped = (..._: readonly true[]) => undefined;

type Types = { cover: 'groupedCount'; height: 'statistics'; streams: 'linesJoin'; change: 'change' };

it('results have the types of their operations', () => {
  const asked = async (client: Client<Types>) => {
    const one = await client.ask('cover', { area: 'huc/1', cellAreas: true, year: '2001' });
    const several = await client.ask('cover', { areas: ['huc/1', {}] });
    const total = await client.ask('cover', { areas: 'huc', within: 'big/1', sum: true });
    const [listed, every] = [
      await client.ask('cover', { area: 'huc/1', year: ['2001', '2011'] }),
      await client.ask('cover', { area: 'huc/1', year: '*' }),
    ];
    const multi = await client.ask('multi', { areas: ['huc/1'], operations: ['cover', { operation: 'height' }] });
    isTyped(
      true satisfies Same<typeof one, GroupedCountResult>,
      true satisfies Same<typeof several, Results<GroupedCountResult>>,
      true satisfies Same<typeof total, GroupedCountResult>,
      true satisfies Same<typeof listed | typeof every, Results<GroupedCountResult>>,
      true satisfies Same<typeof multi, Results<ResultDocument>>,
    );
    const job = await client.execute('height', { area: {}, quantiles: [0.5] });
    const execution = await client.execute('change', { area: {} }, { waitSeconds: 1 });
    const [ended, result, other] = [await client.wait(job), await client.result(job), await client.result('id')];
    const answer = await client.answer('change', 'huc/1', { cellAreas: true });
    isTyped(
      true satisfies Same<typeof job | typeof ended, Job<StatisticsResult>>,
      true satisfies Same<typeof execution, Execution<ChangeResult>>,
      true satisfies Same<typeof result, StatisticsResult>,
      true satisfies Same<typeof other, ResultDocument>,
      true satisfies Same<typeof answer, Answer<ChangeResult>>,
    );
    // @ts-expect-error The client has no such operation.
    await client.ask('covre', { area: 'huc/1' });
    // @ts-expect-error Counts have no quantiles.
    await client.ask('cover', { area: 'huc/1', quantiles: [0.5] });
    // @ts-expect-error Lines are no choice of counts.
    await client.execute('cover', { area: 'huc/1', lines: {} });
    // @ts-expect-error Joins with lines sum no areas of cells.
    await client.answer('streams', 'huc/1', { cellAreas: true });
    // @ts-expect-error There is no such rule.
    await client.ask('cover', { area: 'huc/1', coverage: 'center' });
    // @ts-expect-error The operations are missing.
    await client.ask('multi', { areas: ['huc/1'] });
    await client.ask('streams', { area: 'huc/1', lines: { type: 'LineString' } });
  };
  expect(asked).toBeDefined();
});

it('without types, every operation can be asked, and a result is one of all types', () => {
  const asked = async () => {
    const client = createClient('http://gateway');
    const result = await client.ask('anything', { area: 'huc/1', quantiles: [0.5], lines: {} });
    isTyped(true satisfies Same<typeof result, ResultDocument>);
  };
  type Unknown = DocumentOf<'change', Readonly<Record<string, unknown>>>;
  isTyped(true satisfies Same<Unknown, ChangeResult>);
  expect(asked).toBeDefined();
});
