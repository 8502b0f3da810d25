import { join } from 'node:path';
import { Redis } from 'ioredis';
import { attackerOf } from './attacker.ts';
import { cpuSeconds, openSockets } from './process-cost.ts';
import { type Cost, cpuSecondsFor, type Measured, type RequestAttack, type Row, type Sent } from './row.ts';
import { sampleFolder } from './scratch.ts';
import { startTarget, type Target } from './target.ts';
import { type Spent, watch } from './watch.ts';

const sample = join(sampleFolder, 'catalog.yaml');
const defaultSeconds = 20;
/** CPU seconds that tell enough of an attack that has no end. */
const telling = 10;
const mebibyte = 2 ** 20;

/**
 * A row that starts a service for itself, sends it the attack, and waits until it is quiet again or
 * the time is over.
 */
export function requestRow(attack: RequestAttack): Row {
  const { name, about } = attack;
  return { name, about, measure: (checkout) => measure(attack, checkout) };
}

async function measure(attack: RequestAttack, checkout: string): Promise<Measured> {
  const { catalog = () => sample, env } = attack;
  const target = await startTarget({ checkout, catalog: catalog(), env });
  try {
    await warmUp(target);
    await untilQuiet(target, AbortSignal.timeout(10_000));
    const before = await redisBytes(target);
    const [gateway, worker] = [watch(target.gateway), watch(target.worker)];
    const sockets = openSockets(target.gateway.pid as number);
    const sent = await send(attack, target);
    await untilIdleSocketsClose(target, sockets);
    const spent = { gateway: await gateway(), worker: await worker() };
    const left = (await redisBytes(target)) - before;
    return {
      bytes: sent.bytes,
      costs: [...costsOf(attack, sent, spent, left), ...(sent.costs ?? [])],
      answer: `${sent.answer}${ended(spent)}`,
    };
  } finally {
    await target.stop();
  }
}

interface Outcome extends Sent {
  readonly bytes: number;
  readonly cutShort: boolean;
}

async function send(attack: RequestAttack, target: Target): Promise<Outcome> {
  const { attacker, done } = limitedAttacker(attack, target);
  const { signal } = attacker;
  let sent: Sent = { answer: 'no answer in time' };
  try {
    sent = await attack.send(attacker, target);
    await untilQuiet(target, signal);
    return { ...sent, bytes: attacker.bytes(), cutShort: false };
  } catch (error) {
    if (!signal.aborted && !hasEnded(target)) throw error;
    return { ...sent, bytes: attacker.bytes(), cutShort: true };
  } finally {
    done();
  }
}

/**
 * Cuts the attack short when its time is over and it has cost too much. If it has not, because the
 * machine is busy, it gets more time.
 */
function limitedAttacker({ seconds = defaultSeconds, most }: RequestAttack, target: Target) {
  const [begun, cpu] = [performance.now(), cpuOf(target)];
  const limit = new AbortController();
  const attacker = attackerOf(target.url, limit.signal);
  const look = setInterval(() => {
    const elapsed = (performance.now() - begun) / 1000;
    const allowed = most?.cpu ?? Math.max(telling, cpuSecondsFor(attacker.bytes()));
    const isDear = cpuOf(target) - cpu > allowed;
    if (elapsed > (isDear ? seconds : 4 * seconds)) limit.abort();
  }, 200);
  return { attacker, done: () => clearInterval(look) };
}

function hasEnded({ gateway, worker }: Target): boolean {
  return [gateway, worker].some(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
}

type SpentByBoth = Readonly<Record<'gateway' | 'worker', Spent>>;

function costsOf({ most }: RequestAttack, sent: Outcome, { gateway, worker }: SpentByBoth, left: number): Cost[] {
  const { bytes, cutShort: atLeast } = sent;
  const perBegun = Math.max(1, Math.ceil(bytes / 100_000));
  return [
    {
      what: 'CPU',
      value: gateway.cpuSeconds + worker.cpuSeconds,
      unit: 's',
      most: most?.cpu ?? cpuSecondsFor(bytes),
      atLeast,
    },
    {
      ...{ what: 'turn', value: gateway.longestTurn.milliseconds, unit: 'ms', most: most?.turn ?? 50 },
      atLeast: gateway.longestTurn.atLeast,
    },
    {
      what: worker.grownMebibytes > gateway.grownMebibytes ? "worker's memory" : "gateway's memory",
      value: Math.max(gateway.grownMebibytes, worker.grownMebibytes),
      unit: 'MiB',
      most: most?.memory ?? 512,
    },
    ...(atLeast ? [{ what: 'without an end', value: 1, unit: '', most: 0 }] : []),
    { what: 'sockets', value: gateway.moreSockets, unit: 'left open', most: most?.sockets ?? 20 },
    { what: 'Redis', value: left / mebibyte, unit: 'MiB left', most: most?.redis ?? 8 * Math.min(8, perBegun) },
  ];
}

function ended({ gateway, worker }: SpentByBoth): string {
  return `${gateway.hasEnded ? '; the gateway died' : ''}${worker.hasEnded ? '; the worker died' : ''}`;
}

/** One request of the usual kind: what is loaded once is loaded then. */
async function warmUp({ url }: Target): Promise<void> {
  const { processes } = (await (await fetch(`${url}/api/processes`)).json()) as { processes: { id: string }[] };
  const process = processes.find(({ id }) => id !== 'multi');
  const area = {
    type: 'Polygon',
    coordinates: [
      [
        [-100, 41.8],
        [-99.99, 41.8],
        [-99.99, 41.81],
        [-100, 41.8],
      ],
    ],
  };
  const answer = await fetch(`${url}/api/processes/${process?.id}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=20' },
    body: JSON.stringify({ inputs: { area } }),
  });
  await answer.arrayBuffer();
}

/**
 * Until gateway and worker have done next to nothing for half a second. Rejects when the signal
 * says so.
 */
async function untilQuiet(target: Target, signal: AbortSignal): Promise<void> {
  let before = cpuOf(target);
  for (let quiet = 0; quiet < 2; ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    signal.throwIfAborted();
    const now = cpuOf(target);
    quiet = now - before < 0.02 ? quiet + 1 : 0;
    before = now;
  }
}

/**
 * The attacker's client keeps its connections for some seconds: these are not left open by the
 * gateway.
 */
async function untilIdleSocketsClose({ gateway }: Target, before: number): Promise<void> {
  const end = performance.now() + 6000;
  const isOpen = () => gateway.exitCode === null && openSockets(gateway.pid as number) > before;
  while (isOpen() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 200));
}

function cpuOf({ gateway, worker }: Target): number {
  return [gateway, worker].reduce((sum, { pid }) => sum + (cpuSeconds(pid as number) ?? 0), 0);
}

async function redisBytes({ queueUrl, cacheUrl }: Target): Promise<number> {
  const sizes = [queueUrl, cacheUrl].map(async (url) => {
    const redis = new Redis(url);
    const memory = await redis.info('memory');
    redis.disconnect();
    return Number(/used_memory_dataset:(\d+)/.exec(memory)?.[1]);
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
