import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { isApiKey, openApiKeys } from '../src/index.ts';

let server: PrivateRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

it('a key is found until it is revoked, and nothing that is kept of it can be used', async () => {
  const keys = openApiKeys(redis, '{catchment}:api-keys', () => 7);
  const { key, id } = await keys.make({ name: 'map of the county', scope: 'execute' });
  const kept = { id, name: 'map of the county', scope: 'execute', createdAt: 7 };
  expect(isApiKey(key)).toBe(true);
  expect(await keys.find(key)).toEqual(kept);
  expect(await keys.list()).toEqual([kept]);
  const stored = JSON.stringify(await redis.hgetall('{catchment}:api-keys'));
  expect(stored).not.toContain(key.split('_').slice(2).join('_'));
  expect(await keys.find(`catchment_${id}_${/"hash\\":\\"(\w{43})/.exec(stored)?.[1]}`)).toBeUndefined();
  expect(await openApiKeys(redis, 'other').find(key)).toBeUndefined();
  expect(await keys.revoke(id)).toBe(true);
  expect(await keys.revoke(id)).toBe(false);
  expect(await keys.find(key)).toBeUndefined();
  expect(await keys.list()).toEqual([]);
});

it('a key that differs in one letter is none', async () => {
  const keys = openApiKeys(redis, 'one-letter');
  const { key } = await keys.make({ name: '', scope: 'admin' });
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'A' ? 'B' : 'A';
    expect(await keys.find(key.slice(0, i) + other + key.slice(i + 1))).toBeUndefined();
  }
  for (const wrong of [`${key}A`, key.slice(0, -1), ` ${key}`, `${key}\n`, '', '__proto__'])
    expect(await keys.find(wrong)).toBeUndefined();
});

it('keys are of 256 random bits', async () => {
  const keys = openApiKeys(redis, 'random');
  const made = await Promise.all(Array.from({ length: 200 }, () => keys.make({ name: 'x', scope: 'read' })));
  expect(new Set(made.map(({ key }) => key)).size).toBe(200);
  for (const { key, id } of made) {
    const secret = key.slice(`catchment_${id}_`.length);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  }
});
