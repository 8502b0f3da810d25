import { randomBytes } from 'node:crypto';
import { connectPatiently, newRequestId, openQueues, openShelf, unpacked } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { tidyShelf } from '../../src/books/shelf.ts';

let server: ServerForTests;
let redis: RedisClient;
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A shelf for so many bytes, and its clock. */
function open(mostBytes: number) {
  const queues = openQueues({ redis, prefix: `{shelf-${newRequestId()}}`, retentionSeconds: 600 });
  let now = 1_000_000_000;
  const shelf = openShelf(queues, { mostBytes, clock: () => now });
  return {
    shelf,
    pass: (seconds: number) => {
      now += 1000 * seconds;
    },
    total: async () => Number(await redis.get(queues.key('shelved', 'total'))),
    bytesOf: (hash: string) => redis.strlen(queues.key('shelf', hash)),
    forget: (hash: string) => redis.del(queues.key('shelf', hash)),
    tidy: () => tidyShelf(queues, now),
    close: () => queues.close(),
  };
}

const text = (length: number) => Buffer.from(JSON.stringify('groups'.repeat(length / 6)));
const noise = (bytes: number) => Buffer.from(JSON.stringify(randomBytes(bytes / 2 - 1).toString('hex')));

it('a large document lies packed, a small one as it is; both come back as they were', async () => {
  const { shelf, bytesOf, close } = open(10_000_000);
  for (const [document, stored] of [
    [text(6000), 6002],
    [text(5_000_004), 30_000],
  ] as const) {
    const hash = await shelf.put(document);
    expect(await bytesOf(hash)).toBeLessThanOrEqual(stored);
    expect(document.equals((await shelf.get(hash)) as Uint8Array)).toBe(true);
    const lying = await shelf.getStored(hash);
    expect(lying && document.equals(await unpacked(lying))).toBe(true);
    expect(lying?.encoding).toBe(document.length > 16_384 ? 'gzip' : undefined);
  }
  await close();
});

it('all documents together take no more than the shelf holds: those go first that would go first', async () => {
  const { shelf, pass, total, close } = open(30_000);
  const put = async () => {
    pass(1);
    return shelf.put(noise(10_000));
  };
  const [first, second, third] = [await put(), await put(), await put()];
  expect(await total()).toBe(30_000);
  pass(1);
  // It expires last now.
  expect(await shelf.keep(first)).toBe(true);
  const fourth = await put();
  expect(await total()).toBe(30_000);
  expect(await shelf.get(second)).toBeUndefined();
  expect(await shelf.keep(second)).toBe(false);
  for (const there of [first, third, fourth]) expect(await shelf.get(there)).toHaveLength(10_000);
  await close();
});

it('drawn areas are there for half as long as results, and make room for them', async () => {
  const { shelf, pass, total, tidy, close } = open(30_000);
  const [area, other] = [noise(10_000), noise(10_000)];
  const result = await shelf.put(noise(10_000));
  pass(1);
  await shelf.putDrawn('00ff', area);
  await shelf.putDrawn('00ff', area);
  await shelf.putDrawn('11ff', other);
  expect([await shelf.getDrawn('00ff'), await total()]).toEqual([area, 30_000]);
  expect(await shelf.getDrawn('22ff')).toBeUndefined();
  const later = await shelf.put(noise(10_000));
  expect([await shelf.getDrawn('00ff'), await shelf.getDrawn('11ff')]).toEqual([undefined, other]);
  for (const there of [result, later]) expect(await shelf.get(there)).toHaveLength(10_000);
  await shelf.putNames('a', Buffer.from('names'));
  expect(Buffer.from((await shelf.getNames('a')) ?? []).toString()).toBe('names');
  expect(await shelf.getNames('00ff')).toBeUndefined();
  pass(600);
  await tidy();
  expect(await total()).toBe(20_000);
  await close();
});

it('a document takes its room once, however often it is put', async () => {
  const { shelf, total, close } = open(30_000);
  const document = noise(10_000);
  for (let i = 0; i < 5; i++) await shelf.put(document);
  expect(await total()).toBe(10_000);
  await close();
});

it('documents that are gone by themselves make room, and are put anew', async () => {
  const { shelf, pass, total, forget, tidy, close } = open(30_000);
  const old = await Promise.all([noise(10_000), noise(10_000)].map((document) => shelf.put(document)));
  for (const hash of old) await forget(hash);
  pass(1199);
  await tidy();
  expect(await total()).toBe(20_000);
  pass(2);
  await tidy();
  const document = noise(10_000);
  const hash = await shelf.put(document);
  expect(await total()).toBe(10_000);
  // This happens when a server was emptied beside its books.
  await forget(hash);
  await shelf.put(document);
  expect(await total()).toBe(10_000);
  expect(await shelf.get(hash)).toEqual(document);
  await close();
});

it('a document that alone is more than the shelf holds is not kept, and the others stay', async () => {
  const { shelf, total, close } = open(5000);
  const small = await shelf.put(noise(1000));
  expect(await shelf.get(await shelf.put(noise(10_000)))).toBeUndefined();
  expect(await total()).toBe(1000);
  expect(await shelf.get(small)).toHaveLength(1000);
  await close();
});
