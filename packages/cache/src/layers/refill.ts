import { type RecentlyUsed, recentlyUsed } from '@cellshed/recent';
import { decodeHeader } from '../entry.ts';
import type { turns } from '../stores/turns.ts';
import type { Debts } from './debts.ts';
import { answerOf, carriedTooLong, type Layer, liesIn } from './layers.ts';

export interface RefillParts {
  readonly layers: readonly Layer[];
  readonly durable: Layer;
  /** The layer that has leases and epochs. */
  readonly decider: Layer;
  readonly debts: Debts;
  readonly inTurn: ReturnType<typeof turns>;
  readonly pauseMilliseconds: number;
}

/** Makes layers whole again that were passed over. */
export interface Refill {
  /** The durable layer lacks the value under a key, which a layer above has. */
  lacks(key: string): void;
  /** The store was used: if anything is to be made good, that is tried, with pauses. */
  used(): void;
  /** Resolves when nothing is being made good any more. */
  close(): Promise<void>;
}

/** The number of values that are remembered as missing in the durable layer. */
const mostLacking = 10_000;

/**
 * Copies values that the durable layer lacks from the decider down into it, if that is another
 * layer, and removes what layers owe. In the background and one key after the other; the first
 * failure ends an attempt.
 *
 * A value is copied only if the decider's epoch is the same before it is read and after it was
 * written. Every removal moves that epoch before it reaches the durable layer. So a value that is
 * removed meanwhile is either taken back here, or removed there.
 */
export function refilling(parts: RefillParts): Refill {
  const { layers, durable, decider, debts, inTurn, pauseMilliseconds } = parts;
  const lacking: RecentlyUsed<true> = recentlyUsed<true>({ limit: mostLacking });
  let running: Promise<void> | undefined;
  let notBefore = 0;
  let closed = false;

  const fill = async (key: string) => {
    const since = performance.now();
    const epoch = await decider.store.fence.epoch(key);
    const bytes = await decider.store.get(key);
    const left = bytes && (await decider.store.ttlMilliseconds(key));
    if (!bytes || left === undefined) return settle(key);
    // A newer entry in the durable layer refuses an older one. Anything else is not written over.
    const ifAbsent = !(debts.isOwed(durable, key) && decodeHeader(bytes));
    if (ifAbsent && debts.isOwed(durable, key)) await debts.remove(durable, key);
    const stay = left === null ? {} : { ttlMilliseconds: Math.max(left, 1) };
    const own = await durable.store.fence.epoch(key);
    const written = await answerOf(() => durable.store.fence.write(key, bytes, { ...stay, ifAbsent, epoch: own }));
    if ('failure' in written) {
      if (debts.isOwed(durable, key)) await debts.clear(durable, key);
      throw written.failure;
    }
    const after = await answerOf(() => decider.store.fence.epoch(key));
    const isValid = 'value' in after && after.value === epoch && performance.now() - since < carriedTooLong;
    if (!isValid && (await liesIn(durable.store, key, bytes))) await debts.clear(durable, key);
    else debts.settle(durable, key);
    if ('failure' in after) throw after.failure;
    lacking.delete(key);
  };
  const settle = async (key: string) => {
    if (debts.isOwed(durable, key)) await debts.remove(durable, key);
    lacking.delete(key);
  };
  /** Does it for each key until one fails. */
  const each = async (keys: Iterable<string>, task: (key: string) => Promise<unknown>) => {
    for (const key of keys) {
      if (closed) return;
      const done = await answerOf(() => inTurn(key, () => task(key)));
      if ('value' in done) continue;
      // Another one is first next time: this one may be too large.
      if (lacking.get(key)) lacking.set(key, true);
      return;
    }
  };
  const run = async () => {
    if (decider !== durable) await each([...lacking.keys()], fill);
    for (const layer of layers) {
      const pay = async (key: string) => debts.isOwed(layer, key) && (await debts.remove(layer, key));
      // A value that is still lacking below may be copied later, in place of one that is owed.
      await each(debts.owedBy(layer), layer === durable && decider !== durable ? fill : pay);
    }
  };

  return {
    lacks: (key) => {
      if (decider !== durable) lacking.set(key, true);
    },
    used: () => {
      if (running || closed || (lacking.count === 0 && debts.count === 0) || performance.now() < notBefore) return;
      running = run().finally(() => {
        notBefore = performance.now() + pauseMilliseconds;
        running = undefined;
      });
      // A bug: whoever uses the store hears of it at the next call that meets it.
      running.catch(() => {});
    },
    close: async () => {
      closed = true;
      await running?.catch(() => {});
    },
  };
}
