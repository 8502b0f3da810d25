import { known, large, small } from './areas.ts';
import { type Asked, ask, expectRight, outcome, right } from './asking.ts';
import type { Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

/** The time after which no request is open any more, whatever an operator has done. */
export const openSeconds = 120;

/** Requests in all steps; whoever had jobs of them was killed. */
export async function requestsInAllSteps(stage: Stage): Promise<Asked[]> {
  const worker = await stage.worker();
  stage.web.hold();
  const asked = await Promise.all([
    ask(stage, 'web', known(1)),
    ask(stage, 'web', known(1)),
    ask(stage, 'web', small(2)),
    ask(stage, 'local', large(3)),
  ]);
  await stage.web.untilHeld();
  await stage.end(worker);
  asked.push(...(await Promise.all([ask(stage, 'local', known(4)), ask(stage, 'local', small(5))])));
  stage.web.release();
  // A job of a worker that was killed can be removed when its lock has expired.
  await waitUntil(async () => (await stage.redis.keys('*:lock')).length === 0);
  return asked;
}

/** Each request is right, or gone or failed with a sentence; and a new one is right. */
export async function expectAllEnded(stage: Stage, asked: readonly Asked[]): Promise<void> {
  await stage.worker();
  const outcomes = await Promise.all(asked.map(({ id }) => outcome(stage, id, openSeconds)));
  const wrong = outcomes.filter((one, n) => {
    if ('status' in one) return !['gone', 'failed'].includes(one.status) || !one.message;
    return JSON.stringify(one) !== JSON.stringify(right(asked[n] as Asked));
  });
  expect(wrong).toEqual([]);
  await expectRight(stage, [await ask(stage, 'web', known(1)), await ask(stage, 'local', small(77))], openSeconds);
}
