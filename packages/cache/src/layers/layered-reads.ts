import type { Clock, Store, StoreError } from '../stores/store.ts';
import type { turns } from '../stores/turns.ts';
import type { Debts } from './debts.ts';
import { answerOf, carriedTooLong, isLasting, type Layer, stayIn, together } from './layers.ts';

export interface ReadParts {
  /** Fast first. */
  readonly layers: readonly Layer[];
  readonly debts: Debts;
  readonly inTurn: ReturnType<typeof turns>;
  readonly onError: (error: StoreError) => void;
  readonly clock: Clock;
}

interface Missed {
  readonly layer: Layer;
  /** From before the layers beneath were asked. */
  readonly epoch: string;
  /** The time at which the epoch was asked for, of a clock that nobody sets. */
  readonly askedAt: number;
}

interface CarryUp {
  readonly from: Layer;
  readonly missed: readonly Missed[];
  readonly since: number;
}

export interface LayeredReads {
  /** The answer of the first of some layers that has one. */
  ask<T>(asked: readonly Layer[], key: string, read: (store: Store) => Promise<T | undefined>): Promise<T | undefined>;
  /** The value, which is copied into the layers above the one that has it. */
  get(key: string): Promise<Uint8Array | undefined>;
}

/** The reads of a layered store. A layer that owes a key is asked for it once it has paid. */
export function layeredReads({ layers, debts, inTurn, onError, clock }: ReadParts): LayeredReads {
  const durable = layers.at(-1) as Layer;

  const find = async <T>(
    asked: readonly Layer[],
    key: string,
    read: (store: Store) => Promise<T | undefined>,
    missing: (layer: Layer) => Promise<void> = async () => {},
  ) => {
    const failures: StoreError[] = [];
    let known = false;
    for (const layer of asked) {
      const answer = await answerOf(async () => {
        if (debts.isOwed(layer, key)) await inTurn(key, () => pay(layer, key));
        return read(layer.store);
      });
      if ('failure' in answer) failures.push(answer.failure);
      else if (answer.value !== undefined) {
        failures.forEach(onError);
        return { layer, value: answer.value };
      } else {
        known ||= isLasting(layer);
        await missing(layer);
      }
    }
    if (!known) throw together('no layer of the store answered', failures);
    failures.forEach(onError);
    return undefined;
  };
  const pay = async (layer: Layer, key: string) => {
    if (debts.isOwed(layer, key)) await debts.remove(layer, key);
  };

  const carryUp = async (key: string, bytes: Uint8Array, { from, missed, since }: CarryUp) => {
    const left = await answerOf(() => from.store.ttlMilliseconds(key));
    if ('failure' in left) return onError(left.failure);
    if (left.value === undefined) return;
    const life = { since, expiresAt: clock() + (left.value ?? Infinity) };
    for (const { layer, epoch, askedAt } of missed) {
      const stay = stayIn(layer, life, clock());
      if (!stay) continue;
      const carried = await answerOf(() => layer.store.fence.write(key, bytes, { ...stay, epoch, ifAbsent: true }));
      if ('failure' in carried) onError(carried.failure);
      // A removal may be forgotten that came while this process was stopped.
      else if (carried.value && performance.now() - askedAt > carriedTooLong) await debts.clear(layer, key);
    }
  };

  return {
    ask: async (asked, key, read) => (await find(asked, key, read))?.value,
    get: async (key) => {
      const since = clock();
      const missed: Missed[] = [];
      const remember = async (layer: Layer) => {
        if (layer === durable) return;
        const askedAt = performance.now();
        const epoch = await answerOf(() => layer.store.fence.epoch(key));
        if ('failure' in epoch) onError(epoch.failure);
        else missed.unshift({ layer, epoch: epoch.value, askedAt });
      };
      const found = await find(layers, key, (store) => store.get(key), remember);
      if (found && missed.length > 0) await carryUp(key, found.value, { from: found.layer, missed, since });
      return found?.value;
    },
  };
}
