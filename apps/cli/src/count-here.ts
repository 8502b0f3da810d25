import { type Area, fingerprintOfArea, fingerprintOfLines, type Lines } from '@cellshed/areas';
import {
  hasUnits,
  isRefusal,
  type Refusal,
  type Request,
  type ResultDocument,
  refusalText,
  type TableReference,
  type UnitsReference,
} from '@cellshed/contracts';
import {
  addUnitSums,
  countWhole,
  type DrawnGeometries,
  definitionFor,
  isTotal,
  type OperationChoice,
  type Operations,
  resolveOperation,
  sumOfUnit,
  totalDocument,
  type UnitSum,
} from '@cellshed/operations';
import { NotUnderstood } from './exit-codes.ts';

/** A well-known area, several as one, or a geometry. */
export type AreaToCount = TableReference | UnitsReference | Area;

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
  const resolved = choices.map((choice) => {
    const one = resolveOperation(choice, operations.catalog);
    if (isRefusal(one)) throw new NotUnderstood(refusalText(one));
    return one;
  });
  const drawn = new Map<string, Area>();
  const ownLines = lines && { lines: { drawn: fingerprintOfLines(lines) } };
  const requests = areas.flatMap((area): Request[] => {
    const reference = 'table' in area ? area : { drawn: fingerprintOfArea(area) };
    if (!('table' in area) && 'drawn' in reference) drawn.set(reference.drawn, area);
    return resolved.map((one) => ({ ...one, area: reference, ...ownLines }));
  });
  const geometries: DrawnGeometries = { area: (hash) => drawn.get(hash) as Area, lines: () => lines as Lines };
  const count = async (some: readonly Request[]): Promise<readonly ResultDocument[]> => {
    const identities = answered(await operations.identifyAll(some));
    const fingerprints = identities.map(({ fingerprint }) => fingerprint);
    const work = { fingerprints, drawn: geometries, onTile: onTiles };
    return answered(await countWhole(operations, some, work)).documents;
  };
  const totals = requests.filter((request) => isTotal(request, operations.catalog));
  if (totals.length === 0) return count(requests);
  const others = requests.filter((request) => !totals.includes(request));
  const counted = new Map((await count(others)).map((document, i) => [others[i], document]));
  for (const request of totals) counted.set(request, await countTotal(request, operations, count));
  return requests.map((request) => counted.get(request) as ResultDocument);
}

/** The units that are counted in one pass. */
const unitsAtOnce = 1000;

/** Counts several areas, each for itself, and adds them up. */
async function countTotal(
  request: Request,
  operations: Operations,
  count: (some: readonly Request[]) => Promise<readonly ResultDocument[]>,
): Promise<ResultDocument> {
  const { area } = request;
  if (!hasUnits(area)) throw new TypeError('a total is one of several areas');
  answered(await operations.identify(request));
  const ids = answered(await operations.unitsOf(area));
  const definition = definitionFor(request, operations.catalog);
  let sum: UnitSum | undefined;
  for (let at = 0; at < ids.length; at += unitsAtOnce) {
    const some = ids.slice(at, at + unitsAtOnce).map((id) => ({ ...request, area: { table: area.table, id } }));
    const sums = (await count(some)).map((document) => sumOfUnit(definition, document) as UnitSum);
    sum = addUnitSums(definition, sum ? [sum, ...sums] : sums);
  }
  return totalDocument(request, definition, sum as UnitSum);
}

function answered<Answer extends object>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(refusalText(answer));
  return answer;
}
