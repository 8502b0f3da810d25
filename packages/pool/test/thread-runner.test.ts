import { ThreadDied } from '@cellshed/jobs/thread-died';
import { begin, type Control, isToStop, whenToStop } from '../src/control.ts';
import { threadRunner } from '../src/thread-runner.ts';
import { answering } from '../src/thread-work.ts';

type Task = { readonly control: Control };

/** A pool whose one thread is this function. */
function runnerOf(thread: (task: Task) => Promise<unknown>, isClosing = false) {
  return threadRunner({ run: thread } as Parameters<typeof threadRunner>[0], () => isClosing);
}

const none = async () => ({});

it('work that waits is told to stop, and what was called throws the reason', async () => {
  const stop = new AbortController();
  const run = runnerOf(
    answering(async (_task: object, { signal }) => {
      stop.abort(new Error('nobody waits'));
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }),
  );
  await expect(run('plan', none, { signal: stop.signal })).rejects.toThrow('nobody waits');
});

it('work that goes on without a pause asks whether to stop', async () => {
  const stop = new AbortController();
  const run = runnerOf(
    answering(async (_task: object, { throwIfStopped }) => {
      throwIfStopped();
      stop.abort(new Error('nobody waits'));
      for (;;) throwIfStopped();
    }),
  );
  await expect(run('plan', none, { signal: stop.signal })).rejects.toThrow('nobody waits');
});

it('a task that no thread has taken is given up at once, and no thread takes it any more', async () => {
  const stop = new AbortController();
  const taken = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<Task>();
  const run = runnerOf(async (task) => {
    waiting.resolve(task);
    await taken.promise;
    return answering(async () => 'done')(task);
  });
  const called = run('plan', async () => ({ drawn: 'a large area' }), { signal: stop.signal });
  const task = await waiting.promise;
  const { control } = task;
  expect(task).toHaveProperty('drawn');
  stop.abort(new Error('nobody waits'));
  await expect(called).rejects.toThrow('nobody waits');
  // While it waits, nothing is kept of it.
  expect(task).toEqual({ control });
  expect(begin(control)).toBe(false);
  taken.resolve();
});

it('a task that has ended leaves nothing waiting in its thread', async () => {
  let kept: Control | undefined;
  const run = runnerOf(async (task) => {
    kept = task.control;
    return answering(async () => 'done')(task);
  });
  expect(await run('plan', none, { signal: new AbortController().signal })).toBe('done');
  expect(isToStop(kept as Control)).toBe(true);
  await new Promise<void>((resolve) => whenToStop(kept as Control, resolve));
});

it('what work throws is thrown, and what else a task fails with is the death of its thread', async () => {
  const { signal } = new AbortController();
  const throwing = runnerOf(
    answering(() => Promise.reject(new RangeError('a tile is damaged', { cause: new Error('x') }))),
  );
  await expect(throwing('count', none, { signal })).rejects.toThrow('a tile is damaged');
  const unsendable = runnerOf(answering(() => Promise.reject(Object.assign(new Error('odd'), { cause: () => 0 }))));
  await expect(unsendable('count', none, { signal })).rejects.toThrow('odd');
  const dying = () => Promise.reject(new Error('worker exited with code: 9'));
  const death = await runnerOf(dying)('count', none, { signal }).catch((error): Error => error as Error);
  expect(death).toBeInstanceOf(ThreadDied);
  expect((death as Error).message).toBe('the thread that did this work died: worker exited with code: 9');
  const closing = await runnerOf(dying, true)('count', none, { signal }).catch((error): Error => error as Error);
  expect(closing).not.toBeInstanceOf(ThreadDied);
});
