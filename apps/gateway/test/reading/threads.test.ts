import type { ReadingSettings } from '../../src/reading/reading-settings.ts';
import { openThreads } from '../../src/reading/threads.ts';

it('a small body is refused while a thousand wait to be read; a large one is not', async () => {
  const threads = openThreads({} as ReadingSettings);
  const ask = (bytes: number) => threads.run({ bytes }, { name: 'execution' });
  const small = Array.from({ length: 1100 }, () => ask(2000));
  const ended = Promise.allSettled(small);
  const large = Promise.allSettled([ask(2_000_000)]);
  await expect(small.at(-1)).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('1000 bodies wait'),
  });
  await threads.destroy();
  const refused = (await ended).filter((one) => one.status === 'rejected' && one.reason.status === 503);
  expect(refused.length).toBeGreaterThanOrEqual(90);
  expect(refused.length).toBeLessThanOrEqual(100);
  expect((await large)[0]).not.toMatchObject({ reason: { status: 503 } });
});
