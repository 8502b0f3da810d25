import { spawnCatchment } from '../processes.ts';
import { known, small } from './areas.ts';
import { ask, expectRight, standing } from './asking.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

/** The status and the text of `/readyz`. */
async function readiness(): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${stage.gateways[0]?.said}/readyz`);
  return { status: response.status, text: await response.text() };
}

const untilReady = () => waitUntil(async () => (await readiness()).status === 200);

/** The words for a role that no worker has. */
const untaken = (role: string) => new RegExp(`no worker takes .*\\b${role}\\b`);

async function untilUnready(...roles: readonly string[]): Promise<void> {
  let now = await readiness();
  const isUnready = async () => {
    now = await readiness();
    return now.status === 503 && roles.every((role) => untaken(role).test(now.text));
  };
  await waitUntil(isUnready, () => now);
}

/** Waits until the status of a request names the role that nobody has. */
async function untilSaid(id: string, role: string): Promise<void> {
  let now = await standing(stage, id);
  const isSaid = async () => {
    now = await standing(stage, id);
    return now.waitsFor === role || untaken(role).test(now.message ?? '');
  };
  await waitUntil(isSaid, () => now);
}

it.each([
  ['start', 'finish,count'],
  ['finish', 'start,count'],
  ['count', 'start,finish'],
])('without a worker for %s, readiness, status and command line say so until there is one', async (role, others) => {
  await stage.worker(others);
  await untilUnready(role);
  const known1 = await ask(stage, 'local', known(1));
  await untilSaid(known1.id, role);
  const command = spawnCatchment(
    ['request', 'squares/s2', 'local', '--url', stage.gateways[0]?.said as string],
    stage.env,
  );
  await command.untilItSays(new RegExp(`\\b${role}\\b`));
  await stage.worker(role);
  await untilReady();
  await expectRight(stage, [known1]);
  expect(await command.ended).toMatchObject({ code: 0 });
});

it('without any worker, readiness names all jobs that nobody takes', async () => {
  await untilUnready('start', 'finish', 'count');
  await stage.worker();
  await untilReady();
});

it('a worker that stands still, or was killed, counts as none', async () => {
  await stage.worker('finish');
  const worker = await stage.worker('start,count');
  await untilReady();
  process.kill(worker.pid, 'SIGSTOP');
  await untilUnready('start', 'count');
  const asked = await ask(stage, 'local', small(1));
  await untilSaid(asked.id, 'start');
  process.kill(worker.pid, 'SIGCONT');
  await untilReady();
  await expectRight(stage, [asked]);
  await stage.end(worker, 'SIGKILL');
  await untilUnready('start', 'count');
  const later = await ask(stage, 'local', small(2));
  await untilSaid(later.id, 'start');
  await stage.worker('start,count');
  await untilReady();
  await expectRight(stage, [later]);
});
