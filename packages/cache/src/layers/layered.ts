import { expectList, expectObject } from '@cellshed/expected';
import { checkedStore } from '../stores/checked-store.ts';
import { fewAtOnce } from '../stores/few-at-once.ts';
import { type Clock, expectStore, type SetOptions, type Store, type StoreError } from '../stores/store.ts';
import { turns } from '../stores/turns.ts';
import { debtsOf } from './debts.ts';
import { layeredFence } from './layered-fence.ts';
import { unitedKeys } from './layered-keys.ts';
import { layeredReads } from './layered-reads.ts';
import {
  answerOf,
  everyOne,
  isLasting,
  type Layer,
  type Laying,
  lifeOf,
  onlyCarriers,
  stayIn,
  together,
} from './layers.ts';
import { refilling } from './refill.ts';

export interface LayeredStoreOptions {
  /** At least one: fast first, the durable one last. They are closed with the layered store. */
  readonly layers: readonly Layer[];
  /** Hears of each failure of a layer that did not become one of the whole. */
  readonly onError?: (error: StoreError) => void;
  readonly clock?: Clock;
  /** The time between two attempts to make layers whole again; default 1,000. */
  readonly repairMilliseconds?: number;
}

/**
 * Several stores as one. The upper layers are fast and may lose values; the last layer is durable.
 *
 * - `get`, `head` and `ttlMilliseconds` answer from the first layer that has the key. A layer that
 *   fails is skipped; they reject when no layer could answer. `get` copies a value that it finds
 *   further down into the layers above, for the rest of its life.
 * - `set` writes to the durable layer first, and answers as that layer does. A layer that fails is
 *   passed over: its old value is removed, and the others take the new one. It rejects if no layer
 *   takes it that keeps values, or if it is to be verified and the durable one fails.
 * - `delete` and `fence.remove` reach all layers, and reject if any failed.
 * - `keys` lists the durable layer, then the keys that only others have. It rejects if any layer
 *   fails, because a part would look like the complete list.
 * - Leases and epochs are in the first layer that all processes reach, else in the durable one
 *   (`layered-fence.ts`).
 *
 * An old value that a layer can neither replace nor remove is _owed_ (`debts.ts`): this process
 * does not read it, and removes it when the layer is back. What the durable layer could not take
 * is copied down to it then (`refill.ts`).
 *
 * Races that are excluded: a reader copies a value upwards only where there is none, and only if
 * the layer's epoch is the one from before it looked further down. Every removal moves the
 * decider's epoch before it reaches the durable layer, and those of all above afterwards, so that
 * nothing deleted or overwritten comes back. Within a process, the writes and removals of one key
 * take turns.
 *
 * Races that remain: two processes that `set` one key at once may leave the value of one above and
 * that of the other below (`fence.write` does not: the later start wins). An overwritten value
 * (never a removed one) stays in a layer that is cut off from the writer. Other processes may read
 * it until the writer reaches the layer again; if the writer is killed before, until it expires or
 * is written again. A layer that loses its epochs (a flush) no longer refuses writes that were
 * under way. A server may carry out a call late that was given up.
 */
export function layeredStore(options: LayeredStoreOptions): Store {
  expectObject('the options of a layered store', options);
  const { layers, onError = () => {}, clock = Date.now, repairMilliseconds = 1000 } = options;
  expectList('the layers of a store', layers);
  layers.forEach((layer, at) => expectStore(`layers[${at}].store`, layer?.store));
  checkOrder(layers);
  const durable = layers.at(-1) as Layer;
  const above = layers.slice(0, -1).reverse();
  const lasting = layers.filter(isLasting);
  const decider = above.findLast(({ store }) => store.fence.reach === 'cluster') ?? durable;
  const inTurn = turns();
  const debts = debtsOf(layers, (layer, key) =>
    layer === durable ? layer.store.delete(key) : layer.store.fence.remove(key, onlyCarriers),
  );
  const { ask, get } = layeredReads({ layers, debts, inTurn, onError, clock });
  const refill = refilling({ layers, durable, decider, debts, inTurn, pauseMilliseconds: repairMilliseconds });

  const lay = async (layer: Layer, { key, life, write }: Laying) => {
    const stay = stayIn(layer, life, clock());
    const written = stay && (await answerOf(() => write(stay)));
    if (written && 'value' in written) {
      if (written.value) debts.settle(layer, key);
      return written.value;
    }
    if (written) onError(written.failure);
    const owed = await debts.clear(layer, key);
    if (!written && owed) onError(owed);
    return false;
  };
  const set = async (key: string, bytes: Uint8Array, asked: SetOptions) => {
    const life = lifeOf(asked, clock());
    const kept = await answerOf(() => durable.store.set(key, bytes, asked));
    const failure = 'failure' in kept ? kept.failure : undefined;
    let isKept = 'value' in kept && kept.value;
    if (failure) {
      if (asked.verify || lasting.length === 1) throw failure;
      await debts.clear(durable, key);
    } else debts.settle(durable, key);
    for (const layer of above) {
      if (!failure && !isKept) await debts.clear(layer, key).then((owed) => owed && onError(owed));
      else if (await lay(layer, { key, life, write: (stay) => layer.store.set(key, bytes, stay) }))
        isKept ||= isLasting(layer);
    }
    if (!failure) return isKept;
    if (!isKept) throw together('no layer of the store took the value', [failure]);
    onError(failure);
    refill.lacks(key);
    return true;
  };
  const used = <T>(answer: T): T => {
    refill.used();
    return answer;
  };

  const store: Store = {
    get: (key) => get(key).then(used),
    getMany: async (keys) => {
      // Those that the first layer has are read together; the others as each alone.
      const first = layers[0] as Layer;
      if (keys.some((key) => debts.isOwed(first, key))) return fewAtOnce(keys, get);
      const together = await answerOf(() => first.store.getMany(keys));
      if ('failure' in together) return fewAtOnce(keys, get);
      return fewAtOnce([...together.value.entries()], async ([at, bytes]) => bytes ?? get(keys[at] as string)).then(
        used,
      );
    },
    head: (key, length) => ask(layers, key, (store) => store.head(key, length)).then(used),
    set: (key, bytes, options = {}) => inTurn(key, () => set(key, bytes, options)).then(used),
    delete: (key) =>
      inTurn(key, () =>
        everyOne('not deleted from every layer', [
          ...(decider === durable ? [] : [() => decider.store.fence.move(key, onlyCarriers).then(() => false)]),
          () => debts.remove(durable, key),
          ...above.map((layer) => () => debts.remove(layer, key)),
        ]),
      ),
    ttlMilliseconds: (key) => ask(lasting, key, (store) => store.ttlMilliseconds(key)),
    keys: (prefix) => unitedKeys(lasting.toReversed(), prefix),
    close: async () => {
      await refill.close();
      for (const closing of await Promise.allSettled(layers.map(({ store }) => store.close()))) {
        if (closing.status === 'rejected') throw closing.reason;
      }
    },
    fence: layeredFence({ durable, decider, above, lay, debts, refill, inTurn, onError, clock }),
  };
  return checkedStore('layered', store, { verifies: true });
}

function checkOrder(layers: readonly Layer[]): void {
  const firstLasting = layers.findIndex(isLasting);
  if (firstLasting === -1 || layers.slice(firstLasting).some((layer) => !isLasting(layer))) {
    throw new RangeError(
      'layers are out of order, expected those with mostMilliseconds first and at least one without behind them',
    );
  }
}
