import type { Catalog } from '@cellshed/catalog';
import type { Chores, Processor, Renewals } from '@cellshed/jobs';
import type { CurrentVersions } from '@cellshed/operations';

export interface WatchDependencies {
  readonly catalog: Pick<Catalog, 'rasters' | 'areas' | 'lines'>;
  readonly versions: Omit<CurrentVersions, 'close'>;
  readonly renewals: Pick<Renewals, 'seen'>;
  readonly chores: Pick<Chores, 'ask'>;
  readonly onError: (error: Error) => void;
}

/** Does `watch`: has results renewed when a raster, an area table or lines were replaced. */
export function watchProcessor(dependencies: WatchDependencies): Processor<'watch'> {
  const { catalog, versions, renewals, chores, onError } = dependencies;
  return async () => {
    const seen = new Map<string, string>();
    const look = async (kind: 'raster' | 'table' | 'lines', names: Iterable<string>) => {
      for (const name of names) {
        // One that cannot be looked at now is not replaced.
        const version = await versions[kind](name).catch(onError);
        if (version) seen.set(`${kind} ${name}`, version);
      }
    };
    await look('raster', catalog.rasters.keys());
    await look('table', catalog.areas.keys());
    await look('lines', catalog.lines.keys());
    const replaced = await renewals.seen(seen);
    if (replaced.length > 0) {
      const by = `replaced ${replaced.join(', ')}`.slice(0, mostLetters);
      await chores.ask({ kind: 'renew' }, { by });
    }
    return { replaced };
  };
}

const mostLetters = 300;
