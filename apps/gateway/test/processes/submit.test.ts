import type { Queues, Scratch } from '@cellshed/jobs';
import { submitter } from '../../src/processes/submit.ts';

it('of very many geometries a few are on their way at once, and the request is entered after all of them', async () => {
  let [underWay, bytes, most, mostBytes, kept] = [0, 0, 0, 0, 0];
  const set = async (_path: string, { length }: Uint8Array) => {
    underWay += 1;
    bytes += length;
    [most, mostBytes] = [Math.max(most, underWay), Math.max(mostBytes, bytes)];
    await null;
    underWay -= 1;
    bytes -= length;
    kept += 1;
  };
  const keptWhenEntered: number[] = [];
  const flows = { add: async () => keptWhenEntered.push(kept) };
  const queues = { flows, prefix: '{test}', retentionSeconds: 60 } as unknown as Queues;
  const scratch = { ofRequest: () => ({ set }) } as unknown as Pick<Scratch, 'ofRequest'>;
  const admission = { admit: async () => ({ turn: 1, waitsAs: undefined }), takeBack: async () => undefined };
  const submit = submitter({ queues, scratch, admission });
  const asking = { client: undefined, door: 'api' } as const;
  const geometries = (count: number, size: number) =>
    new Map(Array.from({ length: count }, (_, i) => [`${i}`, Buffer.alloc(size)]));
  const question = { operation: 'a', coverage: 'centre' } as const;
  const asked = { process: 'a', isMany: false, areas: [{ drawn: '0' }], questions: [question] };
  await submit('id', { ...asked, drawn: { areas: geometries(5000, 2), lines: geometries(1, 2) } }, asking);
  expect([keptWhenEntered, most]).toEqual([[5001], 64]);
  most = 0;
  await submit('id', { ...asked, drawn: { areas: geometries(100, 40_000), lines: geometries(2, 400_000) } }, asking);
  expect([keptWhenEntered, most, mostBytes]).toEqual([[5001, 5103], 6, 400_000]);
});
