import { pause } from '../test/way/wait.ts';
import { type Accepted, type Clients, openClients } from './clients.ts';
import type { Fault } from './fault.ts';
import { faults as allFaults } from './faults.ts';
import { judge } from './judge.ts';
import { type Footprint, footprints, lookAtEnd } from './looks.ts';
import { openRandom, type Random } from './random.ts';
import { openReport, type Report, type Spell } from './report.ts';
import { openRequests } from './requests.ts';
import { retryFailed } from './retry.ts';
import { sweep } from './sweep.ts';
import { openWorld, type World } from './world.ts';

export interface ChaosOptions {
  readonly requests: number;
  readonly faults: number;
  readonly seed: number;
  /** No further request and no further fault begins after so many. */
  readonly minutes: number;
  /** Only faults whose names contain this. */
  readonly only?: string | undefined;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly report: Report;
  readonly requests: number;
  /** How often each fault has happened. */
  readonly happened: ReadonlyMap<string, number>;
  readonly seconds: number;
  /** The resources of each process at the beginning and at the end. */
  readonly footprints: readonly { readonly before: Footprint; readonly after: Footprint }[];
}

const clientCount = 6;
/** The time that a request may take once nothing bad happens any more. */
const mostMillisecondsToEnd = 180_000;

/** Sends requests while faults happen, and looks whether everything has held. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const report = openReport();
  const random = openRandom(options.seed);
  await using world = await openWorld(report);
  const clients = openClients(world.members.of('gateway'), openRandom(options.seed + 1), report);
  const before = footprints(world.members.all);
  const begun = Date.now();
  const plan = pace(options, begun);
  const failed = new Map<string, Accepted>();
  const sending = sendAll(world, clients, { random: openRandom(options.seed + 2), report, plan, failed });
  const retry = () => retryFailed(world, clients, { failed, report });
  const happened = await happenAll(world, random, { ...options, report, plan, retry });
  const requests = await sending;
  options.say(`${requests} requests and all faults are over: the last looks`);
  await retry();
  const after = await lookAtEnd(world, clients, { report, before });
  return { report, requests, happened, seconds: Math.round((Date.now() - begun) / 1000), footprints: after };
}

/** The pace of a run: requests are spread over the faults. */
interface Plan {
  sent: number;
  faultsBegun: number;
  faultsAreOver: boolean;
  mayRequest(n: number): boolean;
  mayFault(): boolean;
  /** Whether requests are to be sent before the next fault. */
  isBehind(): boolean;
  isOver(n: number): boolean;
}

function pace({ requests, faults, minutes }: ChaosOptions, begun: number): Plan {
  const isLate = () => Date.now() > begun + 60_000 * minutes;
  return {
    sent: 0,
    faultsBegun: 0,
    faultsAreOver: false,
    mayRequest(n) {
      return this.faultsAreOver || n < (requests * (this.faultsBegun + 1)) / (faults + 1);
    },
    mayFault() {
      return this.faultsBegun < faults && !isLate();
    },
    isBehind() {
      return this.sent < (requests * this.faultsBegun) / (faults + 1) && !isLate();
    },
    isOver(n) {
      return n >= requests || (isLate() && this.faultsAreOver);
    },
  };
}

interface Running {
  readonly random: Random;
  readonly report: Report;
  readonly plan: Plan;
  /** Receives the requests that have failed. */
  readonly failed: Map<string, Accepted>;
}

/** Sends requests from several clients. Resolves to their number when the last has ended. */
async function sendAll(world: World, clients: Clients, { random, report, plan, failed }: Running): Promise<number> {
  const next = openRequests(random);
  const open = new Set<Promise<void>>();
  let sent = 0;
  let lastFault = 0;
  const isLate = (from: number) => {
    if (!plan.faultsAreOver) lastFault = Date.now();
    return Date.now() > Math.max(lastFault, from) + mostMillisecondsToEnd;
  };
  const follow = async (accepted: Accepted) => {
    if (accepted.request.isDismissed) {
      await pause(random.below(500));
      await clients.dismiss(accepted);
    }
    const learned = await clients.learn(accepted, () => isLate(accepted.from));
    if (learned?.status === 'failed') failed.set(accepted.id, accepted);
    judge(accepted, learned, { report, rasters: world.rasters });
  };
  const client = async () => {
    while (!plan.isOver(sent)) {
      if (!plan.mayRequest(sent)) {
        await pause(100);
        continue;
      }
      sent += 1;
      plan.sent = sent;
      if (sent % 300 === 0) await sweep(world, report);
      const accepted = await clients.send(next());
      if (!accepted) {
        sent -= 1;
        await pause(200);
      } else if (random.below(3) === 0) {
        // Nobody waits for it at first.
        const followed = follow(accepted).finally(() => open.delete(followed));
        open.add(followed);
      } else await follow(accepted);
    }
  };
  await Promise.all(Array.from({ length: clientCount }, client));
  await Promise.all(open);
  return sent;
}

interface Happening extends Pick<ChaosOptions, 'only' | 'say'>, Pick<Running, 'report' | 'plan'> {
  /** Has what has failed tried again. */
  readonly retry: () => Promise<void>;
}

/** Has faults happen one after the other, each kind before any happens again. */
async function happenAll(
  world: World,
  random: Random,
  { report, plan, only = '', say, retry }: Happening,
): Promise<ReadonlyMap<string, number>> {
  const happened = new Map<string, number>();
  const chosen = allFaults.filter(({ name }) => name.includes(only));
  let deck: Fault[] = [];
  while (plan.mayFault()) {
    if (deck.length === 0) deck = random.shuffled(chosen);
    const fault = deck.pop() as Fault;
    plan.faultsBegun += 1;
    say(`fault ${plan.faultsBegun}: ${fault.name}`);
    const spells = fault.spells.map((what): Spell => ({ what, from: Date.now(), until: Infinity }));
    report.spells.push(...spells);
    try {
      await fault.happen(world, random);
    } catch (error) {
      report.violations.push(`${fault.name}: it could not happen, or be mended: ${(error as Error).message}`);
    }
    for (const spell of spells) spell.until = Date.now();
    happened.set(fault.name, (happened.get(fault.name) ?? 0) + 1);
    await pause(500 + random.below(1500));
    while (plan.isBehind()) await pause(100);
    if (fault.spells.includes('spoils')) await retry();
  }
  plan.faultsAreOver = true;
  return happened;
}
