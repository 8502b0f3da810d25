import { type Budget, OverBudget } from '@catchment/budget';
import { ProblemError } from '../../src/problem.ts';
import type { BodyReaders, ExecutionAsked } from '../../src/reading/bodies.ts';
import { apart, readerOver } from '../../src/reading/reader.ts';

const read = (by: string) => ({ process: by }) as ExecutionAsked;
const never = new AbortController().signal;

/** A reader that takes so many steps for each body, and what was asked of its threads. */
function reading(steps: number, outcome: unknown = { value: read('a thread') }) {
  const asked: { readonly name: string; readonly bytes: unknown }[] = [];
  const inLine: { readonly bytes: number; readonly steps: number }[] = [];
  const execution: BodyReaders['execution'] = ({ body }, budget: Budget) => {
    inLine.push({ bytes: body.length, steps: budget.left });
    budget.spend(steps);
    return read('this thread');
  };
  const threads = {
    run: async (task: unknown, { name }: { readonly name: string }) => {
      asked.push({ name, bytes: (task as { readonly bytes?: unknown }).bytes });
      return outcome;
    },
    destroy: async () => undefined,
  };
  const reader = readerOver(threads, { execution });
  const bodyOf = (bytes: number) => ({ body: new Uint8Array(bytes), process: 'count', base: 'http://here' });
  return { asked, inLine, reader, ask: (bytes: number) => reader.execution(bodyOf(bytes), never) };
}

it('a short body that takes few steps is read in line: 100,000 bytes, a million steps', async () => {
  const { ask, asked, inLine } = reading(1_000_000);
  expect((await ask(100_000)).process).toBe('this thread');
  expect(inLine).toEqual([{ bytes: 100_000, steps: 1_000_000 }]);
  expect(asked).toEqual([]);
});

it('a longer one is never looked at in line', async () => {
  const { ask, asked, inLine } = reading(0);
  expect((await ask(100_001)).process).toBe('a thread');
  expect(inLine).toEqual([]);
  expect(asked).toEqual([{ name: 'execution', bytes: 100_001 }]);
});

it('a short one that takes more steps is left to a thread', async () => {
  const { ask, asked } = reading(1_000_001);
  expect((await ask(10)).process).toBe('a thread');
  expect(asked).toEqual([{ name: 'execution', bytes: 10 }]);
});

it('what is wrong with a body is a problem, wherever it was found', async () => {
  const refused = { status: 400, detail: 'this request takes more than 100,000,000 steps of work' };
  const { ask } = reading(1_000_001, { refused });
  await expect(ask(10)).rejects.toEqual(new ProblemError(400, refused.detail));
  const inLine: BodyReaders['execution'] = () => {
    throw new ProblemError(400, 'inputs.area: is missing');
  };
  const { reader } = reading(0);
  const threads = { run: () => Promise.reject(new OverBudget(1, 'nothing')), destroy: async () => undefined };
  const asked = { body: new Uint8Array(10), process: 'count', base: '' };
  await expect(readerOver(threads, { execution: inLine }).execution(asked, never)).rejects.toThrow('is missing');
  await reader.close();
});

it('bodies of the drop-in routes, pages of areas and large answers are never read in line', async () => {
  const { reader, asked } = reading(0, { value: undefined });
  await reader.run(new Uint8Array(10), never);
  await reader.multi(new Uint8Array(10), never);
  await reader.answer({ of: 'one', type: 'groupedCount' }, { bytes: new Uint8Array(10), encoding: undefined });
  await reader.page('huc12', { limit: 1, offset: 0 });
  await reader.item('huc12', '1', []);
  await reader.extent('huc12');
  expect(asked.map(({ name }) => name)).toEqual(['run', 'multi', 'answer', 'page', 'item', 'extent']);
});

it('a thread hears that the client has gone, and whoever asked hears the reason', async () => {
  let control: Int32Array | undefined;
  const gone = new AbortController();
  const threads = {
    run: async (task: unknown) => {
      ({ control } = task as { readonly control: Int32Array });
      gone.abort(new Error('the client has gone'));
      return { value: read('a thread') };
    },
    destroy: async () => undefined,
  };
  const reader = readerOver(threads, { execution: () => read('this thread') });
  await expect(reader.run(new Uint8Array(10), gone.signal)).rejects.toThrow('the client has gone');
  expect(control?.[0]).toBe(1);
});

it('of a client that has gone no body is kept until a thread is free', async () => {
  let task: { readonly input?: unknown; readonly control?: Int32Array } = {};
  const gone = new AbortController();
  const threads = {
    run: (given: unknown) => {
      task = given as typeof task;
      return new Promise(() => undefined);
    },
    destroy: async () => undefined,
  };
  const reader = readerOver(threads, { execution: () => read('this thread') });
  const asked = reader.multi(new Uint8Array(10), gone.signal);
  expect(task.input).toBeInstanceOf(Uint8Array);
  gone.abort(new Error('the client has gone'));
  await expect(asked).rejects.toThrow('the client has gone');
  expect(task.input).toBeUndefined();
  expect(task.control?.[0]).toBe(1);
});

it('pages of areas and answers do not wait for bodies', async () => {
  const destroyed: string[] = [];
  const busy = { run: () => new Promise(() => undefined), destroy: async () => void destroyed.push('bodies') };
  const idle = {
    run: async (_: unknown, { name }: { readonly name: string }) => ({ value: name }),
    destroy: async () => void destroyed.push('others'),
  };
  const reader = readerOver(apart(busy, idle), { execution: () => read('this thread') });
  const gone = new AbortController();
  const bodies = [
    reader.run(new Uint8Array(10), gone.signal),
    reader.multi(new Uint8Array(10), gone.signal),
    reader.execution({ body: new Uint8Array(100_001), process: 'count', base: '' }, gone.signal),
  ];
  expect(await reader.page('huc12', { limit: 1, offset: 0 })).toBe('page');
  expect(await reader.item('huc12', '1', [])).toBe('item');
  expect(await reader.extent('huc12')).toBe('extent');
  expect(
    await reader.answer({ of: 'one', type: 'groupedCount' }, { bytes: new Uint8Array(10), encoding: undefined }),
  ).toEqual({ value: 'answer' });
  gone.abort(new Error('gone'));
  for (const body of bodies) await expect(body).rejects.toThrow('gone');
  await reader.close();
  expect(destroyed.sort()).toEqual(['bodies', 'others']);
});
