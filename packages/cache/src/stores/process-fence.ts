import { randomUUID } from 'node:crypto';
import { type RecentlyUsed, recentlyUsed } from '@cellshed/recent';
import { decodeHeader, entryHeaderBytes } from '../entry.ts';
import type { Clock, Fence, Store } from './store.ts';
import { turns } from './turns.ts';

/** The time for which an epoch is remembered: longer than any refresh takes. */
export const epochMilliseconds = 7 * 24 * 3_600_000;

interface Remembered {
  readonly text: string;
  readonly until: number;
}

const mostRemembered = 100_000;

/**
 * A fence for stores that have no way to do several things in one step: its leases and epochs are
 * in this process's memory, and what it does to one key it does one after the other.
 */
export function processFence(store: Pick<Store, 'get' | 'head' | 'set' | 'delete'>, clock: Clock): Fence {
  const leases = recentlyUsed<Remembered>({ limit: mostRemembered });
  const epochs = recentlyUsed<Remembered>({ limit: mostRemembered });
  const inTurn = turns();
  const recall = (memory: RecentlyUsed<Remembered>, name: string) => {
    const found = memory.peek(name);
    if (found && found.until >= clock()) return found.text;
    memory.delete(name);
    return undefined;
  };
  const epochOf = (key: string) => recall(epochs, key) ?? '';
  const move = (key: string, rememberMilliseconds: number) => {
    const text = randomUUID();
    const until = Math.max(clock() + rememberMilliseconds, epochs.peek(key)?.until ?? 0);
    epochs.set(key, { text, until });
    return text;
  };
  return {
    reach: 'process',
    take: async (key, { name, holder, milliseconds }) => {
      const other = recall(leases, `${name} ${key}`);
      if (other !== undefined && other !== holder) return false;
      leases.set(`${name} ${key}`, { text: holder, until: clock() + milliseconds });
      return true;
    },
    release: async (key, { name, holder }) => {
      if (recall(leases, `${name} ${key}`) === holder) leases.delete(`${name} ${key}`);
    },
    epoch: async (key) => epochOf(key),
    move: (key, { rememberMilliseconds = epochMilliseconds } = {}) => {
      const epoch = move(key, rememberMilliseconds);
      // A write that has just passed its check has landed when this resolves.
      return inTurn(key, async () => epoch);
    },
    write: (key, entry, { epoch, ifAbsent = false, ...options }) =>
      inTurn(key, async () => {
        const there = await store.head(key, entryHeaderBytes);
        // Asked last, as the epoch may move while the head is read.
        if ((there && (ifAbsent || startsLater(there, entry))) || epochOf(key) !== epoch) return false;
        return store.set(key, entry, options);
      }),
    remove: (key, { rememberMilliseconds = epochMilliseconds } = {}) => {
      move(key, rememberMilliseconds);
      return inTurn(key, () => store.delete(key));
    },
  };
}

/**
 * Tells whether the entry that is there was started after the one that is to replace it. Anything
 * that is no entry was not.
 */
function startsLater(there: Uint8Array, entry: Uint8Array): boolean {
  const [old, next] = [decodeHeader(there), decodeHeader(entry)];
  return old !== undefined && next !== undefined && old.computedAt > next.computedAt;
}
