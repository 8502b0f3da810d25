import type { JobListDocument } from '@cellshed/client';
import { known, rectangle, small } from './areas.ts';
import { ask, ended, standing } from './asking.ts';
import { openStage, type Stage } from './stage.ts';
import { pause } from './wait.ts';

/** The seconds for which the work of a request is held up. */
const held = 1;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { TILES_PER_JOB: '2' } });
  await stage.worker();
});
afterEach(() => stage.web.release());
afterAll(() => stage.close());

it.each([
  ['a small area', small(1)],
  ['an area of a table', known(2)],
  ['a large area', rectangle(1000, 1000)],
])('started is when work began, and the duration is that of the work: %s', async (_, area) => {
  stage.web.hold();
  const { id } = await ask(stage, 'web', area);
  await stage.web.untilHeld();
  const counting = Date.now();
  const now = await standing(stage, id);
  await pause(1000 * held);
  const released = Date.now();
  stage.web.release();
  const { started = '', finished = '' } = await ended(stage, id);
  expect({ status: now.status, started: now.started }).toEqual({ status: 'running', started });
  expect(Date.parse(started)).toBeLessThanOrEqual(counting);
  expect(Date.parse(finished)).toBeGreaterThanOrEqual(released);
  const listed = await fetch(`${stage.gateways[0]?.said}/api/jobs?minDuration=${held}&limit=100`);
  const { jobs } = (await listed.json()) as JobListDocument;
  expect(jobs.map(({ jobID }) => jobID)).toContain(id);
});

it('a request that follows another one has started, too', async () => {
  stage.web.hold();
  await ask(stage, 'web', small(5));
  await stage.web.untilHeld();
  const { id } = await ask(stage, 'web', small(5));
  await pause(1000 * held);
  const released = Date.now();
  stage.web.release();
  const { started = '', finished = '' } = await ended(stage, id);
  expect(Date.parse(started)).toBeLessThan(released);
  expect(Date.parse(finished)).toBeGreaterThanOrEqual(released);
});
