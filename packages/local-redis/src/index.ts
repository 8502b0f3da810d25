export { findRedisServer, type ServerSearch } from './find.ts';
export { type PrivateRedis, type RedisOptions, startRedis } from './local-redis.ts';
export { type RedisForTests, redisForTests } from './redis-for-tests.ts';
