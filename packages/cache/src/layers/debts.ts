import type { StoreError } from '../stores/store.ts';
import { type Answer, answerOf, type Layer } from './layers.ts';

/**
 * The outdated values of layers: those that a layer could neither replace nor remove when it was
 * asked to. What is owed is not read any more, and is removed as soon as the layer can do that.
 * This process alone knows of it.
 */
export interface Debts {
  /** Removes a layer's value, and answers whether there was one. Rejects as the layer does. */
  remove(layer: Layer, key: string): Promise<boolean>;
  /**
   * The same for a value that is about to be replaced elsewhere: what cannot be removed is owed.
   * Answers the reason. Rejects if more is owed than can be remembered.
   */
  clear(layer: Layer, key: string): Promise<StoreError | undefined>;
  isOwed(layer: Layer, key: string): boolean;
  /** The layer has a new value. */
  settle(layer: Layer, key: string): void;
  /** The keys that a layer owes, or the number of what all of them owe. */
  owedBy(layer: Layer): readonly string[];
  readonly count: number;
}

export function debtsOf(layers: readonly Layer[], removeFrom: (layer: Layer, key: string) => Promise<boolean>): Debts {
  const owed = new Map(layers.map((layer) => [layer, new Set<string>()]));
  const of = (layer: Layer) => owed.get(layer) as Set<string>;
  const removal = async (layer: Layer, key: string): Promise<Answer<boolean>> => {
    const answer = await answerOf(() => removeFrom(layer, key));
    if ('value' in answer) of(layer).delete(key);
    else if (of(layer).size < mostOwed) of(layer).add(key);
    return answer;
  };
  return {
    remove: async (layer, key) => {
      const answer = await removal(layer, key);
      if ('failure' in answer) throw answer.failure;
      return answer.value;
    },
    clear: async (layer, key) => {
      const answer = await removal(layer, key);
      if ('value' in answer) return undefined;
      if (!of(layer).has(key)) throw answer.failure;
      return answer.failure;
    },
    isOwed: (layer, key) => of(layer).has(key),
    settle: (layer, key) => void of(layer).delete(key),
    owedBy: (layer) => [...of(layer)],
    get count() {
      return layers.reduce((sum, layer) => sum + of(layer).size, 0);
    },
  };
}

/** The number of keys that are remembered of each layer. */
const mostOwed = 10_000;
