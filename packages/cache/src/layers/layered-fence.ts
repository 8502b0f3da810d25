import type { Clock, Fence, FencedWriteOptions, SetOptions, StoreError } from '../stores/store.ts';
import type { turns } from '../stores/turns.ts';
import type { Debts } from './debts.ts';
import {
  answerOf,
  everyOne,
  isLasting,
  type Layer,
  type Laying,
  type Life,
  liesIn,
  lifeOf,
  stayIn,
  together,
} from './layers.ts';
import type { Refill } from './refill.ts';

export interface LayeredFenceParts {
  readonly durable: Layer;
  /** The layer with the leases and epochs. */
  readonly decider: Layer;
  /** The others, from slow to fast. */
  readonly above: readonly Layer[];
  /**
   * Puts a value into a layer above, and answers whether it is there; if that fails, the layer's
   * own value is removed.
   */
  readonly lay: (layer: Layer, laying: Laying) => Promise<boolean>;
  readonly debts: Debts;
  readonly refill: Pick<Refill, 'lacks' | 'used'>;
  readonly inTurn: ReturnType<typeof turns>;
  readonly onError: (error: StoreError) => void;
  readonly clock: Clock;
}

type Asked = FencedWriteOptions & { readonly life: Life };

/** Whether a write was decided for; with the reason, if the durable layer was passed over. */
interface Decision {
  readonly isWritten: boolean;
  readonly passedOver?: StoreError;
}

/**
 * The fence of a layered store. Leases and epochs are in one layer, the _decider_: the first that
 * all processes reach, else the durable one.
 *
 * `write` asks the decider for the epoch, writes the durable layer (which refuses by its own entry)
 * and then the decider, which decides in one step. When it refuses, the value is removed from the
 * durable layer, if it is still there. If it refused because the epoch had moved, a reader may have
 * copied the refused value upwards meanwhile: so the epochs above are moved once more, and the
 * value is removed (another write under way may be refused for that). `remove` moves the epoch
 * before anything else.
 *
 * A layer that cannot take the value is passed over, as by `set`; one that `verify` or `ifAbsent`
 * would have to ask is not. While nobody can tell the decider's epoch, `write` rejects, and nothing
 * is left in any layer: the entry may have been removed since the epoch was asked for. So do all
 * other calls.
 */
export function layeredFence(parts: LayeredFenceParts): Fence {
  const { durable, decider, above, lay, debts, refill, inTurn, onError, clock } = parts;
  const others = above.filter((layer) => layer !== decider);
  const { reach, take, release, epoch, move } = decider.store.fence;

  const writeDurable = async (key: string, entry: Uint8Array, { life, ...options }: Asked): Promise<Decision> => {
    const written = await answerOf(async () => {
      const own = decider === durable ? options.epoch : await durable.store.fence.epoch(key);
      return durable.store.fence.write(key, entry, { ...options, epoch: own });
    });
    if ('value' in written) {
      if (written.value) debts.settle(durable, key);
      return { isWritten: written.value };
    }
    if (options.verify || options.ifAbsent || !above.some(isLasting)) throw written.failure;
    if (decider === durable && (await epoch(key)) !== options.epoch) return { isWritten: false };
    await debts.clear(durable, key);
    return { isWritten: false, passedOver: written.failure };
  };

  const decide = async (key: string, entry: Uint8Array, asked: Asked): Promise<Decision> => {
    if (decider === durable) return writeDurable(key, entry, asked);
    if ((await epoch(key)) !== asked.epoch) return { isWritten: false };
    const below = await writeDurable(key, entry, asked);
    if (!below.isWritten && !below.passedOver) return below;
    // A value that the decider does not keep is read from the durable layer.
    const { verify, life, ...options } = asked;
    const stay = stayIn(decider, life, clock()) ?? { ttlMilliseconds: 1 };
    const written = await answerOf(() => decider.store.fence.write(key, entry, { ...options, ...stay }));
    if ('failure' in written) return withoutDecider(key, entry, { ...below, failure: written.failure, asked });
    if (written.value) debts.settle(decider, key);
    if (written.value || below.passedOver) return { ...below, isWritten: written.value };
    // A reader may have carried it up. The epoch is asked last: if it is still the same, it was so
    // when the entry lay there.
    const carriedUp = await liesIn(decider.store, key, entry);
    const outdated = (await epoch(key)) !== asked.epoch;
    if (carriedUp && !outdated) return below;
    if (await liesIn(durable.store, key, entry)) await debts.remove(durable, key);
    if (outdated) await clearAbove(key, entry);
    return { isWritten: false };
  };

  /** The decider could not take the value. That counts only if it can still tell the epoch. */
  const withoutDecider = async (
    key: string,
    entry: Uint8Array,
    { passedOver, failure, asked }: Decision & { readonly failure: StoreError; readonly asked: Asked },
  ): Promise<Decision> => {
    const now = await answerOf(() => epoch(key));
    await debts.clear(decider, key);
    if (passedOver) throw together('no layer of the store took the value', [passedOver, failure]);
    if ('value' in now && now.value === asked.epoch) {
      onError(failure);
      return { isWritten: true };
    }
    if (await liesIn(durable.store, key, entry)) await debts.clear(durable, key);
    if ('failure' in now) throw now.failure;
    return { isWritten: false };
  };

  const clearAbove = async (key: string, entry: Uint8Array) => {
    for (const { store } of above) {
      await store.fence.move(key);
      if (await liesIn(store, key, entry)) await store.fence.remove(key);
    }
  };

  /** For a write that the durable layer could not take, which decides. */
  const isStillValid = async (key: string, asked: FencedWriteOptions) => {
    const now = await answerOf(() => epoch(key));
    if ('value' in now && now.value === asked.epoch) return true;
    for (const layer of above) await debts.clear(layer, key);
    if ('failure' in now) throw now.failure;
    return false;
  };

  const write: Fence['write'] = async (key, entry, options) => {
    const asked = { ...options, life: lifeOf(options, clock()) };
    // The epochs are read before the decider decides. So a value that is removed later is not
    // written again.
    const before = await Promise.all(
      others.map(async (layer) => ({ layer, own: await answerOf(() => layer.store.fence.epoch(key)) })),
    );
    const { isWritten, passedOver } = await decide(key, entry, asked);
    if (!isWritten && !(passedOver && decider === durable)) return false;
    let isKept = isWritten;
    for (const { layer, own } of before) {
      const writeTo = async (stay: SetOptions) => {
        if ('failure' in own) throw own.failure;
        return layer.store.fence.write(key, entry, { ...stay, epoch: own.value });
      };
      if (await lay(layer, { key, life: asked.life, write: writeTo })) isKept ||= isLasting(layer);
    }
    if (!passedOver) return true;
    if (!isKept) throw passedOver;
    if (decider === durable && !(await isStillValid(key, options))) return false;
    onError(passedOver);
    refill.lacks(key);
    return true;
  };

  const removeAsDecider: Fence['remove'] = async (key, options) => {
    const removed = await answerOf(() => durable.store.fence.remove(key, options));
    if ('value' in removed) debts.settle(durable, key);
    else await debts.clear(durable, key);
    if ('failure' in removed) throw removed.failure;
    return removed.value;
  };

  return {
    reach,
    take,
    release,
    epoch,
    move,
    write: (key, entry, options) =>
      inTurn(key, () => write(key, entry, options)).then((isWritten) => {
        refill.used();
        return isWritten;
      }),
    remove: (key, options) =>
      inTurn(key, () =>
        everyOne('not removed from every layer', [
          ...(decider === durable
            ? [() => removeAsDecider(key, options)]
            : [() => decider.store.fence.move(key, options).then(() => false), () => debts.remove(durable, key)]),
          ...above.map((layer) => () => debts.remove(layer, key)),
        ]),
      ),
  };
}
