import Fastify from 'fastify';
import { measureLateness } from '../../src/http/lateness.ts';

/** Keeps the event loop for so long. */
function block(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

it('a process that always has something to do is late, and it is not when it has done it', async () => {
  const app = Fastify();
  const lateness = measureLateness(app);
  while (lateness() < 100) {
    block(150);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (lateness() >= 100) await new Promise((resolve) => setTimeout(resolve, 10));
  await app.close();
});
