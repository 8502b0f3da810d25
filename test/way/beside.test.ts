import { gatewayReady, type Running, startCatchment } from '../processes.ts';
import { known, large, small } from './areas.ts';
import { type Asked, ask, expectRight, outcome, right } from './asking.ts';
import { openStage, type Stage } from './stage.ts';

/** A checkout of another version, with its packages installed. Jest leaves this out without it. */
const checkout = process.env['CATCHMENT_BEFORE'];
let stage: Stage;
/** The same queues, asked through a gateway of the version before. */
let stageBefore: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { TILES_PER_JOB: '64', JOB_LOCK_SECONDS: '1' } });
  const gateway: Running = await startCatchment(['gateway'], stage.env, gatewayReady, { checkout });
  stageBefore = { ...stage, gateways: [gateway] };
});
afterEach(() => stage.endWorkers());
afterAll(async () => {
  await stageBefore.gateways[0]?.stop('SIGKILL');
  await stage.close();
});

async function askBoth(n: number): Promise<readonly [Asked[], Asked[]]> {
  const areas = [small(n), small(n), known(n % 100), large(n)];
  const askAll = (one: Stage) => Promise.all(areas.map((area) => ask(one, 'local', area)));
  return Promise.all([askAll(stage), askAll(stageBefore)]);
}

async function expectBoth([own, others]: readonly [Asked[], Asked[]]): Promise<void> {
  await Promise.all([expectRight(stage, own), expectRight(stageBefore, others)]);
}

it('workers of two versions beside each other do the requests of both gateways', async () => {
  await Promise.all([stage.worker(), stage.worker(undefined, {}, { checkout })]);
  for (const n of [1, 11, 21]) await expectBoth(await askBoth(n));
});

/** The sentence for a request of the version before that none of its workers was there to do. */
const refused = { status: 'failed', message: expect.stringContaining('left by an older version') };

it('workers of two versions take turns, killed in the middle: older requests are right or refused', async () => {
  const asked: (readonly [Asked[], Asked[]])[] = [];
  for (let round = 0; round < 6; round++) {
    const worker = await stage.worker(undefined, {}, round % 2 ? { checkout } : {});
    asked.push(await askBoth(31 + 10 * round));
    await stage.end(worker);
  }
  await Promise.all([stage.worker(), stage.worker(undefined, {}, { checkout })]);
  for (const [own, others] of asked) {
    await expectRight(stage, own);
    for (const other of others) {
      const came = await outcome(stageBefore, other.id);
      expect(came).toEqual('status' in came ? refused : right(other));
    }
  }
});
