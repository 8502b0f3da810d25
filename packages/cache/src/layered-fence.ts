import { entryHeaderBytes } from './entry.ts';
import { answerOf, everyOne, type Layer, type Laying, type Life, lifeOf, onlyCarriers } from './layers.ts';
import type { Clock, Fence, FencedWriteOptions, SetOptions, Store } from './store.ts';
import type { turns } from './turns.ts';

export interface LayeredFenceParts {
  readonly durable: Layer;
  /** The others, from slow to fast. */
  readonly above: readonly Layer[];
  /** Lays a value in a layer above; what lies there goes if that fails. */
  readonly lay: (layer: Layer, laying: Laying) => Promise<void>;
  readonly inTurn: ReturnType<typeof turns>;
  readonly clock: Clock;
}

/**
 * The fence of a layered store. Leases and epochs lie in one layer, the _guard_: the first that
 * all processes reach, else the durable one.
 *
 * `write` asks the guard for the epoch, writes the durable layer (which refuses by its own entry)
 * and then the guard, which decides in one step. When it refuses, what was just written is taken
 * out of the durable layer, if it still lies there. If it refused because the epoch had moved,
 * readers may have carried up in between what must not be there: so the epochs above are moved once
 * more and it is removed (another write under way may be refused for that). `remove` moves the
 * epoch before anything else.
 *
 * With the guard away `take`, `release`, `epoch`, `move` and `remove` reject, and `write` lands in
 * the durable layer, unguarded.
 */
export function layeredFence({ durable, above, lay, inTurn, clock }: LayeredFenceParts): Fence {
  const guard = above.findLast(({ store }) => store.fence.reach === 'cluster') ?? durable;
  const others = above.filter((layer) => layer !== guard);
  const { reach, take, release, epoch, move } = guard.store.fence;

  const decide = async (key: string, entry: Uint8Array, { life, ...asked }: FencedWriteOptions & { life: Life }) => {
    if (guard === durable) return durable.store.fence.write(key, entry, asked);
    // What the guard does not keep is read from the durable layer.
    const { verify, ...options } = asked;
    const now = await answerOf(() => guard.store.fence.epoch(key));
    if ('value' in now && now.value !== options.epoch) return false;
    const own = await durable.store.fence.epoch(key);
    if (!(await durable.store.fence.write(key, entry, { ...asked, epoch: own }))) return false;
    let refused = false;
    const write = async (stay: SetOptions) => {
      if ('failure' in now) throw now.failure;
      refused = !(await guard.store.fence.write(key, entry, { ...options, ...stay }));
    };
    await lay(guard, { key, life, write });
    if (!refused) return true;
    // A reader may have carried it up. The epoch is asked last: if it is still the same, it was so
    // when the entry lay there.
    const carriedUp = await liesIn(guard.store, key, entry);
    const outdated = (await guard.store.fence.epoch(key)) !== options.epoch;
    if (carriedUp && !outdated) return true;
    if (await liesIn(durable.store, key, entry)) await durable.store.delete(key);
    if (outdated) await clearAbove(key, entry);
    return false;
  };
  const clearAbove = async (key: string, entry: Uint8Array) => {
    for (const { store } of above) {
      await store.fence.move(key);
      if (await liesIn(store, key, entry)) await store.fence.remove(key);
    }
  };

  return {
    reach,
    take,
    release,
    epoch,
    move,
    write: (key, entry, options) =>
      inTurn(key, async () => {
        const life = lifeOf(options, clock());
        // From before the guard decides: what is removed after that is not laid there again.
        const before = await Promise.all(
          others.map(async (layer) => ({ layer, own: await answerOf(() => layer.store.fence.epoch(key)) })),
        );
        if (!(await decide(key, entry, { ...options, life }))) return false;
        for (const { layer, own } of before) {
          const write = async (stay: SetOptions) => {
            if ('failure' in own) throw own.failure;
            await layer.store.fence.write(key, entry, { ...stay, epoch: own.value });
          };
          await lay(layer, { key, life, write });
        }
        return true;
      }),
    remove: (key, options) => {
      const first = guard === durable ? [] : [() => guard.store.fence.move(key, options).then(() => false)];
      const last = guard === durable ? () => durable.store.fence.remove(key, options) : () => durable.store.delete(key);
      return inTurn(key, () =>
        everyOne('not removed from every layer', [
          ...first,
          last,
          ...above.map(
            ({ store }) =>
              () =>
                store.fence.remove(key, onlyCarriers),
          ),
        ]),
      );
    },
  };
}

/** Whether that very entry lies there; by its header, which tells of start and content. */
async function liesIn(store: Store, key: string, entry: Uint8Array): Promise<boolean> {
  const there = await store.head(key, entryHeaderBytes);
  return there !== undefined && Buffer.compare(there, entry.subarray(0, entryHeaderBytes)) === 0;
}
