import { areaText, isRefusal, type Refusal, type Request } from '@cellshed/contracts';
import type { CountInput } from '@cellshed/jobs';
import {
  addUnitSums,
  type Counter,
  countWhole,
  type DrawnGeometries,
  definitionFor,
  type IdentifiedUnits,
  type Operations,
  type PartialResult,
  totalDocument,
  type UnitSum,
  type WrittenDocument,
  writtenDocument,
} from '@cellshed/operations';
import { type AddedUnits, addStored, type UnitsTask } from './add-stored.ts';
import type { Drawn } from './drawn.ts';
import type { Begun, Swept } from './pool.ts';
import { countEffort, type Hearing, planEffort } from './thread-work.ts';

/** Requests, what was drawn for them, and the fingerprints that they are expected to have. */
interface Asked {
  readonly requests: readonly Request[];
  readonly drawn: Drawn;
  readonly fingerprints: readonly string[];
}

type CountTask = Asked & Omit<CountInput, 'computation' | 'batch' | 'members' | keyof Asked>;

interface ComputeTask extends Asked {
  readonly tilesPerBatch: number;
  readonly mostCells?: number | undefined;
}

interface SweepTask extends Asked {
  readonly mostTiles: number;
}

/** The work of a pool, as one thread does it with its own operations. */
export interface Tasks {
  /** Finds the units of a request for a total. */
  units(task: { readonly request: Request; readonly fingerprint: string }): Promise<IdentifiedUnits | Refusal>;
  /** Adds the results of units up. */
  addUnits(task: UnitsTask, heard: Pick<Hearing, 'throwIfStopped'>): Promise<AddedUnits>;
  /** Makes the result of a request for a total from sums of its units. */
  total(task: { readonly request: Request; readonly sums: readonly UnitSum[] }): Promise<WrittenDocument>;
  /** Counts requests whose tiles fit into one batch, and cuts those of others into batches. */
  compute(task: ComputeTask, heard: Hearing): Promise<Begun>;
  /** Counts one batch of tiles. */
  count(task: CountTask, heard: Hearing): Promise<PartialResult[]>;
  /** Plans requests and counts them; undefined when they are refused, or have too many tiles. */
  sweep(task: SweepTask, heard: Hearing): Promise<Swept | undefined>;
}

/** The functions of operations that a thread uses. */
export type TaskOperations = Pick<Operations, 'catalog' | 'plan' | 'count' | 'planAndCount' | 'identifyUnits'>;

export function tasksOf(operations: TaskOperations): Tasks {
  /** The operations, which stop when the pool says so. */
  const counterFor = (drawn: Drawn, heard: Hearing): Counter => ({
    plan: (requests, sent, work) => operations.plan(requests, sent, { ...work, effort: planEffort(drawn, heard) }),
    count: (requests, sent, work) =>
      operations.count(requests, sent, { ...work, signal: heard.signal, effort: countEffort(heard) }),
  });
  return {
    units: ({ request, fingerprint }) => operations.identifyUnits(request, fingerprint),
    async addUnits({ question, ...stored }, heard) {
      return addStored(definitionFor(question, operations.catalog), stored, heard);
    },
    async total({ request, sums }) {
      const definition = definitionFor(request, operations.catalog);
      return writtenDocument(totalDocument(request, definition, addUnitSums(definition, sums)));
    },
    async compute({ requests, drawn, ...work }, heard) {
      const counting = { effort: countEffort(heard), signal: heard.signal, onTile: heard.onTile };
      const effort = planEffort(drawn, heard);
      const begun = await operations.planAndCount(requests, geometriesIn(drawn), { ...work, effort, counting });
      if (isRefusal(begun)) return { refused: begun };
      const { planned, documents } = begun;
      if (!documents) return { planned };
      const { tiles, tallied, cells } = planned;
      return { tiles, tallied, cells, results: documents.map(writtenDocument) };
    },
    count: ({ requests, drawn, ...batch }, heard) =>
      counterFor(drawn, heard).count(requests, geometriesIn(drawn), { ...batch, onTile: heard.onTile }),
    async sweep({ requests, drawn, fingerprints, mostTiles }, heard) {
      const counter = counterFor(drawn, heard);
      const sent = geometriesIn(drawn);
      if (!(await looksSmall(counter, { requests, drawn: sent, mostTiles }))) return undefined;
      const work = { fingerprints, drawn: sent, tilesPerBatch: mostTiles, mostTiles, onTile: heard.onTile };
      const whole = await countWhole(counter, requests, work);
      return isRefusal(whole) ? undefined : { tiles: whole.tiles, results: whole.documents.map(writtenDocument) };
    },
  };
}

/** The number of areas from which the tiles of all are estimated. */
const firstFew = 8;

/**
 * Whether areas like the first few would not have far too many tiles together: large areas take
 * long to place.
 */
async function looksSmall(
  { plan: planFew }: Pick<Counter, 'plan'>,
  { requests, drawn, mostTiles }: Pick<SweepTask, 'requests' | 'mostTiles'> & { readonly drawn: DrawnGeometries },
): Promise<boolean> {
  // Several operations on an area share its tiles.
  const byArea = [...Map.groupBy(requests, ({ area }) => areaText(area)).values()];
  if (byArea.length < 4 * firstFew) return true;
  const few = await planFew(byArea.slice(0, firstFew).flat(), drawn, { tilesPerBatch: mostTiles });
  return !isRefusal(few) && few.tiles * byArea.length <= 2 * mostTiles * firstFew;
}

function geometriesIn({ areas, lines }: Drawn): DrawnGeometries {
  const read = (kept: Uint8Array | undefined) => JSON.parse(Buffer.from(kept as Uint8Array).toString());
  return { area: (hash) => read(areas[hash]), lines: (hash) => read(lines[hash]) };
}
