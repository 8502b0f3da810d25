import { storeWatch } from '@cellshed/cache';
import { hearThreads, newTallyTrouble, watchInThread } from '../src/watched-tallies.ts';

/** A pool with two threads, which open the same store. */
function setUp() {
  const said: string[] = [];
  let told = 0;
  let isHanging = false;
  const watch = storeWatch({
    onTrouble: (message) => said.push(message),
    onWell: (message) => said.push(message),
    calmMilliseconds: 0,
  });
  const trouble = newTallyTrouble();
  const hear = hearThreads(watch, trouble);
  const [a, b] = ['a', 'b'].map(() =>
    watchInThread(trouble, (one) => {
      told += 1;
      hear(structuredClone(one));
    }).over('file:/tallies', () => isHanging),
  );
  const hang = (hanging: boolean) => {
    isHanging = hanging;
  };
  return { ...{ watch, said, hang, told: () => told }, a: a!, b: b! };
}

it('a store that fails in several threads is one trouble, which the success of any of them ends', () => {
  const { a, b, watch, said } = setUp();
  a.failed('answer', 'EIO');
  b.failed('answer', 'EIO');
  expect(watch.states()).toEqual([
    { place: 'file:/tallies', state: 'fails', since: expect.any(Number), failures: 2, problem: 'EIO' },
  ]);
  b.worked('answer');
  expect(watch.states()).toMatchObject([{ state: 'well' }]);
  expect(said).toEqual([
    'file:/tallies fails: EIO',
    expect.stringMatching(/^file:\/tallies answers again, after \d+ s and 2 failures$/),
  ]);
});

it('a store that hangs does so until a thread says that it does not', () => {
  const { a, watch, hang } = setUp();
  hang(true);
  a.failed('answer', 'late');
  expect(watch.states()).toMatchObject([{ state: 'hangs' }]);
  hang(false);
  a.worked('answer');
  expect(watch.states()).toMatchObject([{ state: 'well' }]);
});

it('a thread tells of no success while all is well', () => {
  const { a, b, told } = setUp();
  for (let n = 0; n < 10; n++) a.worked('fill');
  expect(told()).toBe(0);
  a.failed('fill', 'disk full');
  b.worked('answer');
  b.worked('fill');
  a.worked('fill');
  expect(told()).toBe(3);
});
