// Preloaded by the bench `fleet`: threads count nothing. A worker waits for as long as one core
// counts, an area after the other, and answers with a document as long as those of HUC-12s.
import { registerHooks } from 'node:module';

const source = `
import { setTimeout } from 'node:timers/promises';

const milliseconds = Number(process.env.BENCH_COUNT_MILLISECONDS);
const groups = Array.from({ length: 60 }, (_, i) => ({ values: [11 + i, i % 7], cells: 2800 + i, percent: 1.6667 }));
const value = JSON.stringify({ cells: 168000, squareMetres: 151200000, groups });

/** One core: what is asked for is done in turn. */
let turn = Promise.resolve();

function counted({ requests }, signal) {
  turn = turn.then(() => setTimeout(requests.length * milliseconds)).then(() => signal.throwIfAborted());
  const done = turn.then(() => ({
    ...{ tiles: requests.length, tallied: 0, cells: 168000 * requests.length },
    results: requests.map(() => ({ value, cells: 168000 })),
  }));
  turn = turn.catch(() => undefined);
  return done;
}

const notCounted = async () => {
  throw new Error('this is not simulated');
};

export function openCountPool() {
  const [count, tally, units, addUnits, total] = Array(5).fill(notCounted);
  const use = () => ({ threads: 1, busy: 0, waiting: 0 });
  return { compute: counted, sweep: counted, count, tally, units, addUnits, total, use, close: async () => undefined };
}
`;

registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith('/packages/pool/src/pool.ts')
      ? { format: 'module', source, shortCircuit: true }
      : nextLoad(url, context),
});
