import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { piecesFrom, type Replied, takerOver } from '../../src/reading/pieces.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const nothing = async (): Promise<Replied> => undefined;

/** Work that gives away so many pieces, and the outcome of each step. */
function working(count: number) {
  const steps: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const run = async (port: MessagePort) => {
    const taker = takerOver(port);
    try {
      for (let i = 0; i < count; i++) {
        await taker.take(Buffer.from(`piece ${i}`));
        steps.push(`taken ${i}`);
      }
    } catch (error) {
      steps.push((error as Error).message);
      throw error;
    } finally {
      taker.close();
      resolve();
    }
  };
  return { run, steps, ended };
}

it('pieces arrive in their order, and end', async () => {
  const { run, steps } = working(3);
  const read: string[] = [];
  for await (const piece of piecesFrom(run, nothing)) read.push(text(piece));
  expect(read).toEqual(['piece 0', 'piece 1', 'piece 2']);
  expect(steps).toEqual(['taken 0', 'taken 1', 'taken 2']);
});

it('a piece is made when the one before it was read', async () => {
  const { run, steps, ended } = working(100);
  const pieces = piecesFrom(run, nothing);
  for (let i = 0; i < 3; i++) await pieces.next();
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(steps).toEqual(['taken 0', 'taken 1']);
  await pieces.return();
  await ended;
  expect(steps).toEqual(['taken 0', 'taken 1', 'nobody reads the pieces any more']);
});

it('whoever leaves before the first piece ends the work, too', async () => {
  const gone = new AbortController();
  let other: MessagePort | undefined;
  const pieces = piecesFrom(
    (port) => {
      other = port;
      return new Promise(() => undefined);
    },
    nothing,
    gone.signal,
  );
  const first = pieces.next();
  const closed = once(other as MessagePort, 'close');
  gone.abort(new Error('the client has gone'));
  await expect(first).rejects.toThrow('the client has gone');
  await closed;
  const late = piecesFrom(() => Promise.reject(new Error('was begun')), nothing, gone.signal);
  await expect(late.next()).rejects.toThrow('the client has gone');
});

it('work that is begun when its client has gone ends at its first piece', async () => {
  const { run, steps, ended } = working(2);
  const gone = new AbortController();
  let begin: (() => void) | undefined;
  const pieces = piecesFrom(
    async (port) => {
      await new Promise<void>((resolve) => {
        begin = resolve;
      });
      await run(port);
    },
    nothing,
    gone.signal,
  );
  const first = pieces.next();
  gone.abort(new Error('the client has gone'));
  await expect(first).rejects.toThrow('the client has gone');
  begin?.();
  await ended;
  expect(steps).toEqual(['nobody reads the pieces any more']);
});

it('what goes wrong before, between and after pieces is heard', async () => {
  for (const count of [0, 1, 2]) {
    const { run } = working(count);
    const failing = async (port: MessagePort) => {
      await run(port);
      throw new Error('the disk is away');
    };
    const read: string[] = [];
    const reading = async () => {
      for await (const piece of piecesFrom(failing, nothing)) read.push(text(piece));
    };
    await expect(reading()).rejects.toThrow('the disk is away');
    expect(read).toHaveLength(count);
  }
});

it('the work learns what it wants to know, and a failure of that ends it', async () => {
  const learned: (string | undefined)[] = [];
  const run = async (port: MessagePort) => {
    const taker = takerOver(port);
    for (const wanted of ['a', 'none']) {
      const found = await taker.find(wanted);
      learned.push(found && text(found));
    }
    await taker.take(Buffer.from('piece'));
    taker.close();
  };
  const find = async (wanted: string) => (wanted === 'a' ? Buffer.from('found') : undefined);
  const read: string[] = [];
  for await (const piece of piecesFrom(run, find)) read.push(text(piece));
  expect([learned, read]).toEqual([['found', undefined], ['piece']]);
  const away = piecesFrom(run, () => Promise.reject(new Error('the shelf is away')));
  await expect(away.next()).rejects.toThrow('the shelf is away');
});
