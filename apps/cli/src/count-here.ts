import { type Area, fingerprintOfArea, fingerprintOfLines, type Lines } from '@catchment/areas';
import { isRefusal, type Refusal, type Request, type ResultDocument, refusalText } from '@catchment/contracts';
import {
  countWhole,
  type DrawnGeometries,
  type OperationChoice,
  type Operations,
  resolveOperation,
} from '@catchment/operations';

/** A well-known area, or a geometry. */
export type AreaToCount = { readonly table: string; readonly id: string } | Area;

export interface CountHere {
  /** The operation, once for each value of its parameters that is asked for. */
  readonly choices: readonly OperationChoice[];
  /** The areas, each counted for itself. */
  readonly areas: readonly AreaToCount[];
  readonly lines: Lines | undefined;
  readonly onTiles: (done: number, planned: number) => void;
}

/**
 * Does an operation on areas in this process, in one pass: a result for each area and choice, area
 * by area. Throws what is wrong with a choice as a sentence.
 */
export async function countHere(
  operations: Operations,
  { choices, areas, lines, onTiles }: CountHere,
): Promise<readonly ResultDocument[]> {
  const resolved = choices.map((choice) => answered(resolveOperation(choice, operations.catalog)));
  const drawn = new Map<string, Area>();
  const ownLines = lines && { lines: { drawn: fingerprintOfLines(lines) } };
  const requests = areas.flatMap((area): Request[] => {
    const reference = 'table' in area ? area : { drawn: fingerprintOfArea(area) };
    if (!('table' in area) && 'drawn' in reference) drawn.set(reference.drawn, area);
    return resolved.map((one) => ({ ...one, area: reference, ...ownLines }));
  });
  const geometries: DrawnGeometries = { area: (hash) => drawn.get(hash) as Area, lines: () => lines as Lines };
  const identities = answered(await operations.identifyAll(requests));
  const fingerprints = identities.map(({ fingerprint }) => fingerprint);
  const work = { fingerprints, drawn: geometries, onTile: onTiles };
  return answered(await countWhole(operations, requests, work)).documents;
}

function answered<Answer extends object>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(refusalText(answer));
  return answer;
}
