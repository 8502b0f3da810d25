import { storeWatch } from '../../src/stores/store-watch.ts';

const setUp = (calmMilliseconds = 0) => {
  const told: string[] = [];
  let now = 1000;
  let isHanging = false;
  const watch = storeWatch({
    onTrouble: (text) => told.push(`! ${text}`),
    onWell: (text) => told.push(text),
    clock: () => now,
    calmMilliseconds,
  });
  const health = watch.over('file:x', () => isHanging);
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const hang = (hanging: boolean) => {
    isHanging = hanging;
  };
  return { told, watch, health, pass, hang };
};

it('a store that takes no values is said once, and that it does again', () => {
  const { told, watch, health, pass } = setUp();
  for (let i = 0; i < 100; i++) health.failed('fill', `disk full ${i}`);
  health.worked('answer');
  expect(watch.states()).toEqual([
    { place: 'file:x', state: 'takes no values', since: 1000, failures: 100, problem: 'disk full 99' },
  ]);
  pass(12_000);
  for (let i = 0; i < 3; i++) health.worked('fill');
  expect(told).toEqual([
    '! file:x takes no values: disk full 0',
    'file:x takes values again, after 12 s and 100 failures',
  ]);
  expect(watch.states()[0]).toMatchObject({ state: 'well', since: null, failures: 0, problem: null });
});

it('a store that fails altogether is not also said to take no values, unless that stays', () => {
  const { told, watch, health, hang } = setUp();
  hang(true);
  health.failed('answer', 'late');
  health.failed('fill', 'late');
  expect(watch.states()[0]?.state).toBe('hangs');
  hang(false);
  expect(watch.states()[0]?.state).toBe('fails');
  health.worked('answer');
  health.failed('fill', 'disk full');
  expect(told).toEqual([
    '! file:x hangs: late',
    'file:x answers again, after 0 s and 1 failure',
    '! file:x takes no values: disk full',
  ]);
});

it('a success between failures does not end a trouble', () => {
  const { told, watch, health } = setUp(3_600_000);
  for (let i = 0; i < 10; i++) {
    health.failed('fill', 'too large');
    health.worked('fill');
  }
  expect(told).toEqual(['! file:x takes no values: too large']);
  expect(watch.states()[0]).toMatchObject({ state: 'takes no values', failures: 10 });
});
