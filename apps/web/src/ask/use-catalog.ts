import { useEffect, useState } from 'preact/hooks';
import { client, type MappedRaster, type ProcessDescription, type RasterDocument } from '../api.ts';
import { type Parameter, parametersOf } from '../operations.ts';
import { type Problem, problemOf } from './problem.ts';

export interface Table {
  readonly id: string;
  readonly title: string;
  /** West, south, east, north. */
  readonly box: readonly number[] | undefined;
}

/** The operations, area tables and rasters of the service. */
export interface Catalog {
  readonly operations: readonly { readonly id: string; readonly title: string }[];
  readonly tables: readonly Table[];
  readonly rasters: readonly RasterDocument[];
  /** Those that can be shown on a map; none until they are known. */
  readonly mapped: readonly MappedRaster[];
  /** The chosen operation, or the first; undefined: it is not known yet. */
  readonly operation: ProcessDescription | undefined;
  readonly parameters: readonly Parameter[];
  readonly problem: Problem | undefined;
}

const nothing: Catalog = {
  ...{ operations: [], tables: [], rasters: [], mapped: [], operation: undefined, parameters: [] },
  problem: undefined,
};

/** Reads what the service has, and the description of the operation that is chosen. */
export function useCatalog(chosen: string | undefined): Catalog {
  const [catalog, setCatalog] = useState(nothing);
  const [operation, setOperation] = useState<ProcessDescription>();
  const [mapped, setMapped] = useState<readonly MappedRaster[]>([]);
  const [undescribed, setUndescribed] = useState<{ readonly id: string; readonly problem: Problem }>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const read = async () => {
      const [processes, collections, rasters] = await Promise.all([
        client.processes(),
        client.collections(),
        client.rasters(),
      ]);
      const tables = collections.map(({ id, title, extent }) => ({ id, title, box: extent?.spatial.bbox[0] }));
      // Those that answer for one area of a table.
      const operations = processes.filter(({ links }) => links.some(({ templated }) => templated));
      setCatalog({ ...nothing, operations, tables, rasters });
    };
    read().catch((error: unknown) => setProblem(problemOf(error)));
    // Each is opened for it: nothing else waits for them.
    client.mappedRasters().then(setMapped, () => undefined);
  }, []);
  const isListed = catalog.operations.length > 0;
  // The operation of a link is described meanwhile.
  const wanted = isListed
    ? (catalog.operations.find(({ id }) => id === chosen)?.id ?? catalog.operations[0]?.id)
    : chosen;
  useEffect(() => {
    if (wanted === undefined) return;
    let isWanted = true;
    client.describe(wanted).then(
      (found) => isWanted && setOperation(found),
      (error: unknown) => isWanted && setUndescribed({ id: wanted, problem: problemOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  // A link may name what is not there any more: then the list has another one.
  const unread = isListed && undescribed?.id === wanted ? undescribed?.problem : undefined;
  const known = operation?.id === wanted ? operation : undefined;
  return {
    ...catalog,
    mapped,
    operation: known,
    parameters: known ? parametersOf(known) : [],
    problem: problem ?? unread,
  };
}
