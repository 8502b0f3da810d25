import { seldom } from '@cellshed/jobs';

it('what is wrong all the time is told once a minute, and what is new at once', () => {
  const told: string[] = [];
  let second = 0;
  const tell = seldom(
    ({ message }) => told.push(`${second} ${message}`),
    () => 1000 * second,
  );
  for (second = 0; second < 130; second += 1) tell(new Error('Redis is away'));
  second = 131;
  tell(new Error('Redis is full'));
  tell(new Error('Redis is away'));
  expect(told).toEqual(['0 Redis is away', '60 Redis is away', '120 Redis is away', '131 Redis is full']);
});

it('many different errors are told, each once', () => {
  const told = new Map<string, number>();
  const tell = seldom(
    ({ message }) => told.set(message, (told.get(message) ?? 0) + 1),
    () => 0,
  );
  for (let i = 0; i < 1000; i += 1) for (const _ of [1, 2]) tell(new Error(`error ${i}`));
  expect([told.size, new Set(told.values())]).toEqual([1000, new Set([1])]);
});
