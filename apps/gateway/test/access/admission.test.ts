import type { Waiting } from '@cellshed/jobs';
import { openAdmission } from '../../src/access/admission.ts';

const limits = { WAITING_LIMIT: 6, CLIENT_WAITING_LIMIT: 3, DROP_IN_WAITING_LIMIT: 2 };

/** Requests that wait, in a list for each client. It is counted how often numbers are asked for. */
function open() {
  const lists = new Map<string, string[]>();
  const listOf = (client: string) => lists.get(client) ?? lists.set(client, []).get(client) ?? [];
  const state = { now: 0, looks: 0, warned: [] as string[] };
  const ofAll = () => [...lists.values()].flat().length;
  const waiting: Waiting = {
    enter: async (client, request) => {
      if (client !== undefined) listOf(client).push(request);
      return { ofClient: client === undefined ? 1 : listOf(client).length, ofAll: ofAll(), turn: 1 };
    },
    standing: async (client) => {
      state.looks += 1;
      return { ofClient: listOf(client).length + 1, ofAll: ofAll() + 1 };
    },
    leave: async (client, request) => {
      const list = listOf(client);
      lists.set(
        client,
        list.filter((one) => one !== request),
      );
      return list.includes(request);
    },
  };
  const warn = (message: string) => state.warned.push(message);
  const { admit, refuseEarly } = openAdmission({ waiting, limits, warn, clock: () => state.now });
  return { state, waiting, admit, refuseEarly };
}

const ofClient = (count: number) =>
  `${count} requests of this client wait for their results, as many as may: ask again later`;
const ofAll = '6 requests wait for their results, as many as may: ask again later';
const refused = (status: number, message: string) => expect.objectContaining({ status, message });

it('a client that was refused is refused before its next body is read, until it may ask again', async () => {
  const { state, waiting, admit, refuseEarly } = open();
  for (const request of ['a', 'b', 'c']) {
    await refuseEarly('one', 'api');
    await admit(request, 'one', 'api');
  }
  await refuseEarly('one', 'api');
  expect(state.looks).toBe(0);
  await expect(admit('d', 'one', 'api')).rejects.toEqual(refused(429, ofClient(3)));
  await expect(refuseEarly('one', 'api')).rejects.toEqual(refused(429, ofClient(3)));
  expect(state.looks).toBe(1);

  await refuseEarly('two', 'api');
  await refuseEarly('one', 'dropIn');
  expect(state.looks).toBe(1);

  await waiting.leave('one', 'b');
  await refuseEarly('one', 'api');
  await admit('e', 'one', 'api');
  expect(state.warned).toEqual([`${ofClient(3)} (CLIENT_WAITING_LIMIT)`]);
});

it('a client is no longer looked at some time after it was refused', async () => {
  const { state, admit, refuseEarly } = open();
  for (const request of ['a', 'b']) await admit(request, 'one', 'dropIn');
  await expect(admit('c', 'one', 'dropIn')).rejects.toEqual(refused(429, ofClient(2)));
  state.now = 9_000;
  await expect(refuseEarly('one', 'dropIn')).rejects.toEqual(refused(429, ofClient(2)));
  state.now = 19_000;
  await expect(refuseEarly('one', 'dropIn')).rejects.toEqual(refused(429, ofClient(2)));
  state.now = 29_001;
  await refuseEarly('one', 'dropIn');
  expect(state.looks).toBe(2);
});

it('while too many of all wait, every client is refused before its body is read, but not the operator', async () => {
  const { state, admit, refuseEarly } = open();
  for (const request of ['a', 'b', 'c']) await admit(request, 'one', 'api');
  for (const request of ['d', 'e', 'f']) await admit(request, 'two', 'api');
  await refuseEarly('three', 'api');
  await expect(admit('g', 'three', 'api')).rejects.toEqual(refused(503, ofAll));
  await expect(refuseEarly('four', 'api')).rejects.toEqual(refused(503, ofAll));
  await expect(refuseEarly('one', 'api')).rejects.toEqual(refused(429, ofClient(3)));
  const { looks } = state;
  await refuseEarly(undefined, 'api');
  await admit('h', undefined, 'api');
  expect(state.looks).toBe(looks);
});
