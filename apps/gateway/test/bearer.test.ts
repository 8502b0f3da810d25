import Fastify from 'fastify';
import { openAttempts } from '../src/access/attempts.ts';
import { bearer } from '../src/bearer.ts';
import { answerProblems } from '../src/problem.ts';

async function ask(token: string | undefined, authorization?: string) {
  const app = Fastify();
  answerProblems(app);
  app.get('/', { onRequest: bearer(token, openAttempts()) }, async () => 'let through');
  const { statusCode } = await app.inject({ url: '/', headers: authorization === undefined ? {} : { authorization } });
  await app.close();
  return statusCode;
}

it('lets only the token through, and nobody where there is none', async () => {
  expect(await ask('right', 'Bearer right')).toBe(200);
  expect(await ask('right', 'bearer  right ')).toBe(200);
  expect(await ask('right', 'Bearer wrong')).toBe(401);
  expect(await ask('right', 'Basic right')).toBe(401);
  expect(await ask('right')).toBe(401);
  expect(await ask(undefined)).toBe(401);
  expect(await ask(undefined, 'Bearer undefined')).toBe(401);
  expect(await ask(undefined, 'Bearer ')).toBe(401);
});
