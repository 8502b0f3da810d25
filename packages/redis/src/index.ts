export { isClusterUrl, isRedisUrl, type Node, type RedisAddress, redisAddress, urlForms } from './address.ts';
export { type ClientLimits, openClient, type RedisClient } from './client.ts';
export { type AccessProblem, accessProblem, accessProblemAt } from './refusal.ts';
export { type ServerFacts, serverFacts } from './server-facts.ts';
