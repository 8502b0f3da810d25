import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { takerOver } from '../../src/reading/pieces.ts';
import { openPlaces } from '../../src/reading/places.ts';
import { openShownStreams } from '../../src/reading/shown-streams.ts';

const nothing = async () => undefined;

/** Gives away so many pieces of 100 KB. */
const working = (count: number) => async (port: MessagePort) => {
  const taker = takerOver(port);
  try {
    for (let i = 0; i < count; i++) await taker.take(new Uint8Array(100_000));
  } finally {
    taker.close();
  }
};

/** Streams with one place, whose time passes by hand. */
function streams() {
  let time = 0;
  const looks = new Set<() => void>();
  const every = (_milliseconds: number, look: () => void) => {
    looks.add(look);
    return () => void looks.delete(look);
  };
  const show = openShownStreams(
    openPlaces({ count: 1, mostWaiting: 9, patienceMilliseconds: 60, now: () => time, every }),
  );
  const pass = (milliseconds: number) => {
    time += milliseconds;
    for (const look of looks) look();
  };
  return { show, pass };
}

it('a client that does not read loses its place to one that waits', async () => {
  const { show, pass } = streams();
  const slow = await show(working(100), nothing);
  const failed = once(slow, 'error');
  const next = show(working(3), nothing);
  pass(60);
  const [error] = (await failed) as [Error];
  expect(error.cause).toMatchObject({ message: 'others wait for the place of this client, which reads too slowly' });
  let bytes = 0;
  for await (const piece of await next) bytes += piece.length;
  expect(bytes).toBe(300_000);
});

it('a place is free when a stream was read, was destroyed, or failed before its first piece', async () => {
  const { show } = streams();
  for await (const _ of await show(working(3), nothing));
  (await show(working(100), nothing)).destroy();
  await expect(show(() => Promise.reject(new Error('the disk is away')), nothing)).rejects.toThrow('the disk is away');
  const gone = new AbortController();
  const left = show(() => new Promise(() => undefined), nothing, gone.signal);
  await new Promise(setImmediate);
  gone.abort(new Error('the client has gone'));
  await expect(left).rejects.toThrow('the client has gone');
  (await show(working(1), nothing)).destroy();
});
