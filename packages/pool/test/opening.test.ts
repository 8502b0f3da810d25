import { openedOnce } from '../src/opening.ts';

const never = new AbortController();

/** Something that cannot be opened at first: how often that was tried. */
function openedThen() {
  let tries = 0;
  const open = async () => {
    tries += 1;
    if (tries === 1) throw new Error('there is no file');
    return 'open';
  };
  return { open, tries: () => tries };
}

it('what could not be opened is opened again for who asks next, once for all', async () => {
  const { open, tries } = openedThen();
  const opened = openedOnce(open, 1);
  const first = await Promise.allSettled([opened(never), opened(never)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([opened(never), opened(never)])).toEqual(['open', 'open']);
  expect(await opened(never)).toBe('open');
  expect(tries()).toBe(2);
});

it('nothing is opened again before the pause is over', async () => {
  const { open, tries } = openedThen();
  const opened = openedOnce(open, 3_600_000);
  await expect(opened(never)).rejects.toThrow('there is no file');
  const stop = new AbortController();
  const again = opened(stop);
  stop.abort();
  await expect(again).rejects.toThrow();
  expect(tries()).toBe(1);
});

it('who is told to stop does not wait for an opening, which goes on for others', async () => {
  const opening = Promise.withResolvers<string>();
  const opened = openedOnce(() => opening.promise, 1);
  const stop = new AbortController();
  const [stopped, other] = [opened(stop), opened(never)];
  stop.abort(new Error('the work was stopped'));
  await expect(stopped).rejects.toThrow('the work was stopped');
  opening.resolve('open');
  expect(await other).toBe('open');
});
