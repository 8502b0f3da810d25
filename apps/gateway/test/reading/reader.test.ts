import type { Transferable } from 'node:worker_threads';
import type { AreaTable } from '@cellshed/areas';
import { type Budget, OverBudget } from '@cellshed/budget';
import { encodeEntry } from '@cellshed/cache';
import type { OpenAreas } from '@cellshed/catalog';
import { ProblemError } from '../../src/problems/problem.ts';
import type { BodyReaders, ExecutionAsked } from '../../src/reading/bodies.ts';
import { readerOver } from '../../src/reading/reader.ts';
import { apart } from '../../src/reading/threads.ts';

const read = (by: string) => ({ process: by }) as ExecutionAsked;
const never = new AbortController().signal;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** The bytes of each area, or of each page, in the one table. */
let storedBytes: number | undefined;
const tables = {
  use: (_name: string, work: (table: AreaTable) => Promise<unknown>) =>
    work({
      storedBytes: () => storedBytes,
      list: async () => ({ matched: 7, items: [] }),
      get: async () => undefined,
    } as unknown as AreaTable),
} as Pick<OpenAreas, 'use'>;
const sources = { catalog: { areas: new Map() }, tables, drawnArea: async () => undefined };

beforeEach(() => {
  storedBytes = undefined;
});

/** A reader that takes so many steps for each body, and the tasks of its threads. */
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
  const reader = readerOver(threads, { execution }, sources);
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
  await expect(readerOver(threads, { execution: inLine }, sources).execution(asked, never)).rejects.toThrow(
    'is missing',
  );
  await reader.close();
});

it('small pages of areas, and small areas, are read in line: 200,000 bytes of geometries', async () => {
  const { reader, asked } = reading(0, { value: 'a thread' });
  storedBytes = 200_000;
  expect(await reader.page('huc12', { limit: 1, offset: 0 })).toMatchObject({ matched: 7 });
  await nextTurn();
  expect(await reader.item('huc12', '1', { url: '' })).toBeUndefined();
  expect(asked).toEqual([]);
  storedBytes = 200_001;
  await nextTurn();
  expect(await reader.page('huc12', { limit: 1, offset: 0 })).toBe('a thread');
  expect(await reader.item('huc12', '1', { url: '' })).toBe('a thread');
});

it('small cached values are shown in line: 100,000 bytes, however small they are stored', async () => {
  const shown = new Uint8Array();
  const { reader, asked } = reading(0, { value: shown });
  const stored = (bytes: number) =>
    encodeEntry({
      ...{ value: Buffer.alloc(bytes, '0'), computedAt: 0, freshUntil: null, hardUntil: null },
      ...{ costMs: 1, schemaVersion: 1 },
    });
  expect(await reader.entry('a', stored(100_000))).toMatchObject({ length: expect.any(Number) });
  await nextTurn();
  expect(await reader.entry('a', new Uint8Array(200_000))).toBeUndefined();
  expect(asked).toEqual([]);
  await nextTurn();
  expect(await reader.entry('a', stored(100_001))).toBe(shown);
  expect(asked.map(({ name }) => name)).toEqual(['entry']);
});

it('the bytes of a body, and of what is made of it, are given to the other thread, not copied', async () => {
  let given: Transferable[] | undefined;
  const threads = {
    run: async (_task: unknown, { transferList }: { readonly transferList?: Transferable[] }) => {
      given = transferList;
      return { value: read('a thread') };
    },
    destroy: async () => undefined,
  };
  const reader = readerOver(threads, { execution: () => read('this thread') }, sources);
  const body = new Uint8Array(1000);
  await reader.multi(body, never);
  expect(given).toEqual([body.buffer]);
  // If the buffer holds other bytes, too, a transfer would lose them.
  await reader.multi(body.subarray(10), never);
  expect(given).toEqual([]);
});

it('small bodies do not wait for large ones', async () => {
  const lane = (name: string) => ({
    run: async () => ({ value: { process: name } }),
    destroy: async () => undefined,
  });
  const reader = readerOver(
    apart(lane('large'), lane('small'), lane('others'), lane('showing')),
    { execution: () => read('this thread') },
    sources,
  );
  const processOf = async (bytes: number) => (await reader.multi(new Uint8Array(bytes), never)).process;
  expect([await processOf(1_000_000), await processOf(1_000_001)]).toEqual(['small', 'large']);
});

it('bodies of the drop-in routes, large pages of areas and large answers are never read in line', async () => {
  const { reader, asked } = reading(0, { value: undefined });
  await reader.run(new Uint8Array(10), never);
  await reader.multi(new Uint8Array(10), never);
  await reader.answer({ of: 'one', type: 'groupedCount' }, { bytes: new Uint8Array(10), encoding: undefined });
  await reader.page('huc12', { limit: 1, offset: 0 });
  await reader.item('huc12', '1', { url: '' });
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
  const reader = readerOver(threads, { execution: () => read('this thread') }, sources);
  await expect(reader.run(new Uint8Array(10), gone.signal)).rejects.toThrow('the client has gone');
  expect(control?.[0]).toBe(1);
});

it('of a client that has gone no body is kept until a thread is free', async () => {
  let task: { readonly input?: unknown; readonly control?: Int32Array } = {};
  let kept: Transferable[] | undefined;
  const gone = new AbortController();
  const threads = {
    run: (given: unknown, { transferList }: { readonly transferList?: Transferable[] }) => {
      [task, kept] = [given as typeof task, transferList];
      return new Promise(() => undefined);
    },
    destroy: async () => undefined,
  };
  const reader = readerOver(threads, { execution: () => read('this thread') }, sources);
  const asked = reader.multi(new Uint8Array(10), gone.signal);
  expect(task.input).toBeInstanceOf(Uint8Array);
  gone.abort(new Error('the client has gone'));
  await expect(asked).rejects.toThrow('the client has gone');
  expect(task.input).toBeUndefined();
  expect(task.control?.[0]).toBe(1);
  expect(kept).toEqual([]);
});

it('pages of areas and answers do not wait for bodies', async () => {
  const destroyed: string[] = [];
  const busy = { run: () => new Promise(() => undefined), destroy: async () => void destroyed.push('bodies') };
  const small = { run: busy.run, destroy: async () => void destroyed.push('small') };
  const idle = {
    run: async (_: unknown, { name }: { readonly name: string }) => ({ value: name }),
    destroy: async () => void destroyed.push('others'),
  };
  const showing = { run: busy.run, destroy: async () => void destroyed.push('showing') };
  const reader = readerOver(apart(busy, small, idle, showing), { execution: () => read('this thread') }, sources);
  const gone = new AbortController();
  const bodies = [
    reader.run(new Uint8Array(10), gone.signal),
    reader.multi(new Uint8Array(10), gone.signal),
    reader.execution({ body: new Uint8Array(100_001), process: 'count', base: '' }, gone.signal),
  ];
  expect(await reader.page('huc12', { limit: 1, offset: 0 })).toBe('page');
  expect(await reader.item('huc12', '1', { url: '' })).toBe('item');
  expect(await reader.extent('huc12')).toBe('extent');
  expect(
    await reader.answer({ of: 'one', type: 'groupedCount' }, { bytes: new Uint8Array(10), encoding: undefined }),
  ).toEqual({ value: 'answer' });
  gone.abort(new Error('gone'));
  for (const body of bodies) await expect(body).rejects.toThrow('gone');
  await reader.close();
  expect(destroyed.sort()).toEqual(['bodies', 'others', 'showing', 'small']);
});

describe('requests that arrive in one turn of the event loop', () => {
  const table = 'huc12';
  const page = { id: undefined, limit: 12, offset: 0 } as unknown as Parameters<AreaTable['list']>[0];

  it('are read in line up to the bytes of one page, and all others in threads', async () => {
    storedBytes = 50_000;
    const { reader, asked } = reading(0, { value: { matched: 7, returned: 0, features: new Uint8Array() } });
    await Promise.all(Array.from({ length: 60 }, () => reader.page(table, page)));
    expect(asked.length).toBe(56);
    await nextTurn();
    await Promise.all(Array.from({ length: 4 }, () => reader.page(table, page)));
    expect(asked.length).toBe(56);
  });

  it('are read in line up to the bytes of one body', async () => {
    const { ask, inLine, asked } = reading(0);
    await Promise.all(Array.from({ length: 10 }, () => ask(40_000)));
    expect([inLine.length, asked.length]).toEqual([2, 8]);
  });

  it('are all read in line when they are as short as most are', async () => {
    const { ask, inLine, asked } = reading(0);
    await Promise.all(Array.from({ length: 5000 }, () => ask(1000)));
    expect([inLine.length, asked.length]).toEqual([5000, 0]);
    await Promise.all(Array.from({ length: 130 }, () => ask(1001)));
    expect(inLine.length).toBeLessThanOrEqual(5100);
    expect(inLine.length + asked.length).toBe(5130);
  });
});
