import { GatewayError, type StatusDocument } from '@cellshed/client';
import { type Look, lastLook } from '../src/polling.ts';

/** The pauses in milliseconds of a client that sees these, one after the other. */
async function pausesOf(looks: readonly (Partial<Look> | Error)[], options = {}) {
  const [pauses, left]: [number[], (Partial<Look> | Error)[]] = [[], [...looks]];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const look = async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return { status: statusOf('successful'), retryAfterSeconds: undefined, ...next };
  };
  await lastLook(look, { pause, random: () => 0, ...options });
  return pauses;
}

const statusOf = (status: StatusDocument['status']) => ({ status }) as StatusDocument;
const running = { status: statusOf('running') };
const failed = (status: number | undefined, retryAfterSeconds?: number) =>
  new GatewayError(status, 'no', { retryAfterSeconds });

it('asks less and less often, and at last every ten seconds', async () => {
  const pauses = await pausesOf(Array(12).fill(running));
  expect(pauses.slice(0, 4)).toEqual([250, 375, 562.5, 843.75]);
  expect(pauses.slice(-2)).toEqual([10_000, 10_000]);
});

it('asks never earlier than the gateway wants, and not with all others', async () => {
  expect(await pausesOf([{ ...running, retryAfterSeconds: 3 }, failed(503, 5)])).toEqual([3000, 5000]);
  expect(await pausesOf([{ ...running, retryAfterSeconds: 4 }], { random: () => 1 })).toEqual([5000]);
  expect(await pausesOf([running], { everyMilliseconds: 7, random: () => 1 })).toEqual([7]);
});

it('goes on after what may pass, and not for ever', async () => {
  const passing = [undefined, 429, 500, 503].map((status) => failed(status));
  expect(await pausesOf([...passing, running, ...passing])).toHaveLength(9);
  await expect(pausesOf([...passing, failed(502)])).rejects.toMatchObject({ status: 502 });
  await expect(pausesOf([failed(404)])).rejects.toMatchObject({ status: 404 });
  const fault = new Error('a fault in this process');
  await expect(pausesOf([fault])).rejects.toBe(fault);
});

it('tells each status, up to the last', async () => {
  const seen: string[] = [];
  await pausesOf([running, {}], { onStatus: ({ status }: StatusDocument) => seen.push(status) });
  expect(seen).toEqual(['running', 'successful']);
});
