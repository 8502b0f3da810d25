import type { Area } from '@cellshed/areas';
import { isRefusal, type Refusal, refusalText } from '@cellshed/contracts';
import { countWhole, openOperations } from '@cellshed/operations';
import type { GroupedCounts } from '@cellshed/raster';
import type { Counter } from './counter.ts';

const operation = 'nlcd_soil';

/**
 * Opens a counter that counts as a worker does that keeps tallies: what a request asks for is
 * identified, planned, counted and written down each time. The tally is built beforehand; rasters
 * stay open, decoded tiles are not kept, and squares as the options say.
 */
export function talliesCounter(options: { readonly keptBytes?: number }) {
  return async (inputs: string): Promise<Counter> => countingWith(inputs, options);
}

async function countingWith(inputs: string, options: { readonly keptBytes?: number }): Promise<Counter> {
  const onError = (error: Error) => {
    throw error;
  };
  const operations = await openOperations({
    catalogPath: `${inputs}/catalog.yaml`,
    tallies: { url: 'file:./tallies', onError, ...options },
  });
  await build(operations);
  let asked = 0;
  return {
    count: async (polygons) => {
      // Another name each time: an area that was asked for lately is not placed again.
      asked += 1;
      const request = { operation, area: { drawn: `${process.pid} ${asked}` }, coverage: 'centre' } as const;
      const drawn = { area: (): Area => ({ polygons, warnings: [] }), lines: () => ({ lines: [] }) };
      const [identity] = answered(await operations.identifyAll([request]));
      const work = { fingerprints: [identity?.fingerprint as string], drawn, tilesPerBatch: 1_000_000 };
      const { documents } = answered(await countWhole(operations, [request], work));
      return documents[0] as unknown as GroupedCounts;
    },
    close: () => operations.close(),
  };
}

async function build({ tallies }: Pick<Awaited<ReturnType<typeof openOperations>>, 'tallies'>): Promise<void> {
  const plan = await tallies?.plan({ operation });
  if (!plan) throw new Error(`operation ${operation} has no tally`);
  for (const tier of plan.tiers)
    for (const place of tier) await tallies?.build({ operation }, { fingerprint: plan.fingerprint, place });
}

function answered<Value extends object>(value: Value | Refusal): Value {
  if (isRefusal(value)) throw new Error(refusalText(value));
  return value;
}
