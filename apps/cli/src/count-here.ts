import { type Area, fingerprintOfArea, fingerprintOfLines, type Lines } from '@catchment/areas';
import {
  type DrawnGeometries,
  type Identity,
  type OperationChoice,
  type OperationRequest,
  type Operations,
  type PartialResult,
  type ResultDocument,
  type ResultFrame,
  resolveOperation,
  resultDocument,
} from '@catchment/operations';

/** A well-known area, or a geometry. */
export type AreaToCount = { readonly table: string; readonly id: string } | Area;

export interface CountHere {
  readonly choice: OperationChoice;
  /** Each for itself. */
  readonly areas: readonly AreaToCount[];
  readonly lines: Lines | undefined;
  readonly onTiles: (done: number, planned: number) => void;
}

/**
 * Does an operation on areas in this process, in one pass: a result for each. Throws what is wrong
 * with the choice as a sentence.
 */
export async function countHere(
  operations: Operations,
  { choice, areas, lines, onTiles }: CountHere,
): Promise<ResultDocument[]> {
  const resolved = answered(resolveOperation(choice, operations.catalog));
  const drawn = new Map<string, Area>();
  const requests = areas.map((area): OperationRequest => {
    const reference = 'table' in area ? area : { drawn: fingerprintOfArea(area) };
    if (!('table' in area) && 'drawn' in reference) drawn.set(reference.drawn, area);
    return { ...resolved, area: reference, ...(lines && { lines: { drawn: fingerprintOfLines(lines) } }) };
  });
  const geometries: DrawnGeometries = { area: (hash) => drawn.get(hash) as Area, lines: () => lines as Lines };
  const identities = answered(await operations.identifyAll(requests));
  const plan = answered(await operations.plan(requests, geometries, { tilesPerBatch: Number.MAX_SAFE_INTEGER }));
  const parts = requests.map((): PartialResult[] => []);
  let done = 0;
  for (const { members, ...tiles } of plan.batches) {
    const fingerprints = members.map((member) => (identities[member] as Identity).fingerprint);
    const batch = { ...tiles, fingerprints, onTile: () => onTiles(++done, plan.tiles) };
    const asked = members.map((member) => requests[member] as OperationRequest);
    const counted = await operations.count(asked, geometries, batch);
    for (const [i, member] of members.entries()) parts[member]?.push(counted[i] as PartialResult);
  }
  return plan.frames.map((frame: ResultFrame, i) => resultDocument(frame, parts[i] ?? []));
}

function answered<Answer extends object>(answer: Answer | { readonly problem: string }): Answer {
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}
