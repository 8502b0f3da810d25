import { type Asked, type Looked, lookingTogether } from '../../src/reading/source-versions.ts';

const raster = (name: string): Asked => ({ kind: 'raster', name });

/** Questions that the test answers. */
function questions() {
  const open: { readonly asked: readonly Asked[]; readonly answer: (looked: Looked[] | Error) => void }[] = [];
  const ask = (asked: readonly Asked[]) =>
    new Promise<Looked[]>((resolve, reject) => {
      open.push({ asked, answer: (looked) => (looked instanceof Error ? reject(looked) : resolve(looked)) });
    });
  return { open, ask };
}

const turn = () => new Promise(setImmediate);
const names = (asked: readonly Asked[] | undefined) => asked?.map(({ name }) => name);

it('questions of one turn are asked together, each once', async () => {
  const { open, ask } = questions();
  const { versionOf } = lookingTogether(ask, () => false);
  const all = Promise.all(['a', 'b', 'a'].map((name) => versionOf(raster(name))));
  await turn();
  expect(open.map(({ asked }) => names(asked))).toEqual([['a', 'b']]);
  open[0]?.answer([{ version: '1' }, { version: '2' }]);
  expect(await all).toEqual(['1', '2', '1']);
});

it('a question that comes while another is under way gets an answer of its own', async () => {
  const { open, ask } = questions();
  const { versionOf } = lookingTogether(ask, () => false);
  const before = versionOf(raster('a'));
  await turn();
  const after = Promise.all([versionOf(raster('a')), versionOf(raster('a')), versionOf(raster('b'))]);
  await turn();
  expect(open).toHaveLength(1);
  open[0]?.answer([{ version: 'old' }]);
  expect(await before).toBe('old');
  await turn();
  expect(names(open[1]?.asked)).toEqual(['a', 'b']);
  open[1]?.answer([{ version: 'new' }, { version: '1' }]);
  expect(await after).toEqual(['new', 'new', '1']);
});

it('a source that is slow keeps no other waiting', async () => {
  const { open, ask } = questions();
  const { versionOf } = lookingTogether(ask, ({ name }) => name === 'slow');
  const slow = versionOf(raster('slow'));
  const quick = versionOf(raster('quick'));
  await turn();
  expect(open.map(({ asked }) => names(asked))).toEqual([['slow'], ['quick']]);
  open[1]?.answer([{ version: '2' }]);
  expect(await quick).toBe('2');
  open[0]?.answer([{ version: '1' }]);
  expect(await slow).toBe('1');
});

it('what cannot be looked at is told, and is looked at again', async () => {
  const { open, ask } = questions();
  const { versionOf } = lookingTogether(ask, () => false);
  const outcomes = Promise.allSettled([versionOf(raster('a')), versionOf(raster('b'))]);
  await turn();
  open[0]?.answer([{ problem: 'is gone' }, { version: '1' }]);
  expect((await outcomes).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    'is gone',
    '1',
  ]);
  const failed = versionOf(raster('a'));
  await turn();
  open[1]?.answer(new Error('the thread has ended'));
  await expect(failed).rejects.toThrow('the thread has ended');
  const later = versionOf(raster('a'));
  await turn();
  open[2]?.answer([{ version: '3' }]);
  expect(await later).toBe('3');
});
