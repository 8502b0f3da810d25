import type { Metrics, Reading } from './metrics.ts';

/** A call of a store, as a watch of stores tells it. */
interface Call {
  readonly place: string;
  readonly call: string;
  readonly milliseconds: number;
  readonly hasFailed: boolean;
  readonly bytes: number;
}

/** Makes a function that measures each call of a store. */
export function callMeter({ add, record }: Pick<Metrics, 'add' | 'record'>): (call: Call) => void {
  return ({ place: store, call, milliseconds, hasFailed, bytes }) => {
    record(
      'catchment_store_call_seconds',
      { store, call, outcome: hasFailed ? 'failed' : 'done' },
      milliseconds / 1000,
    );
    if (bytes > 0) add('catchment_store_bytes_total', { store, direction: call === 'set' ? 'written' : 'read' }, bytes);
  };
}

const states = ['well', 'takes no values', 'fails', 'hangs'];

/** The readings of the states of stores: 1 at the state that a store has, 0 at all others. */
export function statesOf(
  stores: readonly { readonly place: string; readonly state: string }[],
): Reading<'catchment_store_state'>[] {
  return stores.flatMap(({ place: store, state }) =>
    states.map((one): Reading<'catchment_store_state'> => [{ store, state: one }, one === state ? 1 : 0]),
  );
}
