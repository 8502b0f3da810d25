import { expectObject } from '@cellshed/expected';
import { boundedStore } from './layers/bounded-store.ts';
import type { Ledger } from './layers/ledger.ts';
import { splitStore } from './layers/split-store.ts';
import { type OpenStoreOptions, openStore } from './open-store.ts';
import { drawnPrefix } from './results/key.ts';
import type { Store } from './stores/store.ts';

export interface ResultStoreOptions extends OpenStoreOptions {
  /** One URL or several, as `openStore` takes them. */
  readonly url: string;
  /** The store for results of drawn areas; by default they are kept with all others. */
  readonly drawnUrl?: string | undefined;
  /**
   * Keeps the results of drawn areas within a limit; without one they are not bounded, as for those
   * who only read.
   */
  readonly drawnLedger?: Ledger;
}

/**
 * Opens the store of an installation's results. Those of drawn areas, of which there is no end,
 * have a limit of their own; in a store of their own they can never push out those of well-known
 * areas, even where that store evicts by itself.
 */
export async function openResultStore(options: ResultStoreOptions): Promise<Store> {
  expectObject('the options of openResultStore', options);
  const { url, drawnUrl, drawnLedger, ...opening } = options;
  const outside = await openStore(url, opening);
  const apart = drawnUrl === undefined ? outside : await openOrClose(drawnUrl, opening, outside);
  const inside = drawnLedger ? boundedStore(apart, drawnLedger) : apart;
  return inside === outside ? outside : splitStore({ prefix: drawnPrefix, inside, outside });
}

async function openOrClose(url: string, opening: OpenStoreOptions, other: Store): Promise<Store> {
  try {
    return await openStore(url, opening);
  } catch (error) {
    await other.close();
    throw error;
  }
}
