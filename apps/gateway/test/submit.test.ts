import type { Queues, Scratch } from '@catchment/jobs';
import { submitter } from '../src/submit.ts';

it('of very many geometries a few are on their way at once, and the request is entered after all of them', async () => {
  let [underWay, most, kept] = [0, 0, 0];
  const set = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await null;
    underWay -= 1;
    kept += 1;
  };
  const keptWhenEntered: number[] = [];
  const flows = { add: async () => keptWhenEntered.push(kept) };
  const queues = { flows, prefix: '{test}', retentionSeconds: 60 } as unknown as Queues;
  const scratch = { ofRequest: () => ({ set }) } as unknown as Pick<Scratch, 'ofRequest'>;
  const geometries = (count: number) => new Map(Array.from({ length: count }, (_, i) => [`${i}`, Buffer.from('{}')]));
  const question = { operation: 'a', coverage: 'centre' } as const;
  const asked = { process: 'a', isMany: false, areas: [{ drawn: '0' }], questions: [question] };
  const drawn = { areas: geometries(5000), lines: geometries(1) };
  await submitter(queues, scratch)('id', { ...asked, drawn });
  expect(keptWhenEntered).toEqual([5001]);
  expect(most).toBeLessThanOrEqual(64);
});
