import { checkedStore } from './checked-store.ts';
import { expectList, expectObject } from './expected.ts';
import { fewAtOnce } from './few-at-once.ts';
import { layeredFence } from './layered-fence.ts';
import { answerOf, everyOne, type Layer, type Laying, lifeOf, onlyCarriers, stayIn, together } from './layers.ts';
import { type Clock, expectStore, type Store, type StoreError } from './store.ts';
import { turns } from './turns.ts';

export interface LayeredStoreOptions {
  /** At least one: fast first, the durable one last. They are closed with the layered store. */
  readonly layers: readonly Layer[];
  /** Hears of each failure of a layer that did not become one of the whole. */
  readonly onError?: (error: StoreError) => void;
  readonly clock?: Clock;
}

interface Missed {
  readonly layer: Layer;
  /** From before the layers beneath were asked. */
  readonly epoch: string;
}

/**
 * Several stores as one: those above are fast and may lose what they have, the last is durable.
 *
 * - `get`, `head` and `ttlMilliseconds` answer what the first layer that has the key says. One that
 *   fails is passed over; they reject when none could say. What `get` finds further down is laid in
 *   the layers above, for as long as it has to live.
 * - `set` reaches the durable layer first, and rejects if that fails; its answer is the whole's. If
 *   one above fails, what lay there is removed from it.
 * - `delete` and `fence.remove` reach all layers, and reject if any failed.
 * - `keys` lists the durable layer, then what only others have; it rejects if any fails, as a part
 *   would pass for the whole.
 * - Leases and epochs lie in the first layer that all processes reach, else in the durable one
 *   (`layered-fence.ts`).
 *
 * Races that were thought through. What a reader carries up is written only where nothing lies and
 * only if the layer's epoch is the one from before the reader looked further down; every removal
 * goes from the durable layer up and moves the epoch of those above, so nothing that was deleted or
 * overwritten is brought back. Within a process, the writes and removals of one key take turns.
 * What remains: two processes that `set` one key at once may leave the one's value above and the
 * other's below (`fence.write` does not: the later start wins); a process killed within `set`, or
 * cut off from a layer above, leaves the old value in that layer until it expires or is written
 * again; and a layer that forgets its epochs (a flush) forgets what was under way.
 */
export function layeredStore(options: LayeredStoreOptions): Store {
  expectObject('the options of a layered store', options);
  const { layers, onError = () => {}, clock = Date.now } = options;
  expectList('the layers of a store', layers);
  layers.forEach((layer, at) => expectStore(`layers[${at}].store`, layer?.store));
  checkOrder(layers);
  const durable = layers.at(-1) as Layer;
  const above = layers.slice(0, -1).reverse();
  const lasting = layers.filter(isLasting);
  const inTurn = turns();

  const ask = async <T>(
    asked: readonly Layer[],
    read: (store: Store) => Promise<T | undefined>,
    missing: (layer: Layer) => Promise<void> = async () => {},
  ) => {
    const failures: StoreError[] = [];
    let known = false;
    for (const layer of asked) {
      const answer = await answerOf(() => read(layer.store));
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

  const carryUp = async (key: string, bytes: Uint8Array, { from, missed, since }: CarryUp) => {
    const left = await answerOf(() => from.store.ttlMilliseconds(key));
    if ('failure' in left) return onError(left.failure);
    if (left.value === undefined) return;
    const life = { since, expiresAt: clock() + (left.value ?? Infinity) };
    for (const { layer, epoch } of missed) {
      const stay = stayIn(layer, life, clock());
      if (!stay) continue;
      const carried = await answerOf(() => layer.store.fence.write(key, bytes, { ...stay, epoch, ifAbsent: true }));
      if ('failure' in carried) onError(carried.failure);
    }
  };

  const lay = async (layer: Layer, { key, life, write }: Laying) => {
    const stay = stayIn(layer, life, clock());
    const written = stay && (await answerOf(() => write(stay)));
    if (written && 'value' in written) return;
    if (written) onError(written.failure);
    await clear(layer, key, { isSilent: written !== undefined });
  };
  /** What lies there is outdated. */
  const clear = async (layer: Layer, key: string, { isSilent = false } = {}) => {
    const dropped = await answerOf(() => layer.store.fence.remove(key));
    if (!isSilent && 'failure' in dropped) onError(dropped.failure);
  };

  const get = async (key: string) => {
    const since = clock();
    const missed: Missed[] = [];
    const remember = async (layer: Layer) => {
      if (layer === durable) return;
      const epoch = await answerOf(() => layer.store.fence.epoch(key));
      if ('failure' in epoch) onError(epoch.failure);
      else missed.unshift({ layer, epoch: epoch.value });
    };
    const found = await ask(layers, (store) => store.get(key), remember);
    if (found && missed.length > 0) await carryUp(key, found.value, { from: found.layer, missed, since });
    return found?.value;
  };

  const store: Store = {
    get,
    getMany: async (keys) => {
      // Those that the first layer has are read together; the others as each alone.
      const first = await answerOf(() => (layers[0] as Layer).store.getMany(keys));
      if ('failure' in first) return fewAtOnce(keys, get);
      return fewAtOnce([...first.value.entries()], async ([at, bytes]) => bytes ?? get(keys[at] as string));
    },
    head: async (key, length) => (await ask(layers, (store) => store.head(key, length)))?.value,
    set: (key, bytes, options = {}) =>
      inTurn(key, async () => {
        const life = lifeOf(options, clock());
        const kept = await durable.store.set(key, bytes, options);
        for (const layer of above) {
          if (!kept) await clear(layer, key);
          else await lay(layer, { key, life, write: (stay) => layer.store.set(key, bytes, stay) });
        }
        return kept;
      }),
    delete: (key) =>
      inTurn(key, () =>
        everyOne('not deleted from every layer', [
          () => durable.store.delete(key),
          ...above.map((layer) => () => layer.store.fence.remove(key, onlyCarriers)),
        ]),
      ),
    ttlMilliseconds: async (key) => (await ask(lasting, (store) => store.ttlMilliseconds(key)))?.value,
    keys: (prefix) => union(lasting.toReversed(), prefix),
    close: async () => {
      for (const closing of await Promise.allSettled(layers.map(({ store }) => store.close()))) {
        if (closing.status === 'rejected') throw closing.reason;
      }
    },
    fence: layeredFence({ durable, above, lay, inTurn, clock }),
  };
  return checkedStore('layered', store, { verifies: true });
}

interface CarryUp {
  readonly from: Layer;
  readonly missed: readonly Missed[];
  readonly since: number;
}

/** How many keys are looked up at once while listing. */
const lookUpsAtOnce = 32;

/**
 * The keys of all layers, each once: of the first, then of each other those that none before has.
 */
async function* union(layers: readonly Layer[], prefix: string): AsyncIterable<string> {
  for (const [index, { store }] of layers.entries()) {
    const before = layers.slice(0, index);
    const isKnown = async (key: string) => {
      for (const layer of before) if (await layer.store.head(key, 1)) return true;
      return false;
    };
    for await (const keys of batches(store.keys(prefix), before.length > 0 ? lookUpsAtOnce : 1)) {
      const known = await Promise.all(keys.map(isKnown));
      yield* keys.filter((_, at) => !known[at]);
    }
  }
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function isLasting({ mostMilliseconds }: Layer): boolean {
  return mostMilliseconds === undefined;
}

function checkOrder(layers: readonly Layer[]): void {
  const firstLasting = layers.findIndex(isLasting);
  if (firstLasting === -1 || layers.slice(firstLasting).some((layer) => !isLasting(layer))) {
    throw new RangeError(
      'layers are out of order, expected those with mostMilliseconds first and at least one without behind them',
    );
  }
}
