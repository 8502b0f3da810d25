import type { Definition } from '@cellshed/contracts';
import { addUnitSums, sumOfUnit, totalDocument, type UnitSum } from '@cellshed/operations';
import { type Asked, type AskedOperation, type AskedResult, askedResults } from '../archive/precomputation.ts';
import type { Failure, OutcomeCounts } from '../archive/precompute-outcomes.ts';
import type { ChosenAreas, DrainedAreas } from './choose-areas.ts';
import type { AreaResult, ResultsOutcome } from './table-results.ts';

export interface UpstreamWork {
  /** The areas and their operations, each area after those that drain into it. */
  readonly asked: Asked;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly drained: DrainedAreas;
  /** The areas whose totals are wanted. */
  readonly shown: ChosenAreas['shown'];
}

/** An area that has no total, as this area failed. */
interface Untotalled extends AskedResult {
  readonly failed: string;
}

const mostFailures = 1000;

/**
 * The totals of areas and of all that drain into them, from the results of each. An area counts
 * once: its total is added to what is downstream, and then forgotten. Where an area has no result,
 * those downstream have no total.
 */
export async function* upstreamTotals(
  results: AsyncGenerator<AreaResult, ResultsOutcome>,
  { asked, definitions, drained, shown }: UpstreamWork,
): AsyncGenerator<AreaResult, ResultsOutcome> {
  const isShown = new Set(shown);
  const flow = flowDown(drained, (name) => definitions.get(name) as Definition);
  const untotalled: Untotalled[] = [];
  let [failed, totals] = [0, 0];
  const settle = ({ id, operation }: AskedResult, own: UnitSum | undefined) => {
    const total = flow.pass(id, operation, own);
    if (!isShown.has(id)) return undefined;
    if (typeof total !== 'string') return total;
    failed += 1;
    if (untotalled.length < mostFailures) untotalled.push({ id, operation, failed: total });
    return undefined;
  };
  const expected = askedResults(asked);
  for (;;) {
    const next = await results.next();
    for (let one = expected.next(); !one.done; one = expected.next()) {
      const { id, operation } = one.value;
      const isThis = !next.done && next.value.id === id && next.value.operation === operation.name;
      const definition = definitions.get(operation.name) as Definition;
      const total = settle(one.value, isThis ? sumOfUnit(definition, next.value.document) : undefined);
      if (total !== undefined) {
        totals += 1;
        const request = { ...operation.resolved, area: { table: asked.table, upstream: id } };
        yield { id, operation: operation.name, document: totalDocument(request, definition, total) };
      }
      if (isThis) break;
    }
    if (next.done) {
      const { counts, before } = next.value;
      const failures = [...refusals(asked, drained), ...untotalled.map((one) => failureOf(one, asked, counts))];
      const refused = drained.refused.size * asked.operations.length;
      return {
        counts: { ...counts, results: totals, failed: failed + refused, failures: failures.slice(0, mostFailures) },
        before,
      };
    }
  }
}

/** Carries sums downstream. A sum is the id of an area that failed, if one did. */
function flowDown({ links }: DrainedAreas, definitionOf: (name: string) => Definition) {
  const below = new Map(links);
  const sums = new Map<AskedOperation, Map<string, UnitSum | string>>();
  const add = (operation: AskedOperation, a: UnitSum | string, b: UnitSum | string) => {
    if (typeof a === 'string') return a;
    return typeof b === 'string' ? b : addUnitSums(definitionOf(operation.name), [a, b]);
  };
  return {
    /** The total of an area, which is passed on to the one below it. */
    pass: (id: string, operation: AskedOperation, own: UnitSum | undefined): UnitSum | string => {
      const ofOperation = sums.get(operation) ?? new Map<string, UnitSum | string>();
      sums.set(operation, ofOperation);
      const above = ofOperation.get(id);
      ofOperation.delete(id);
      const total = above === undefined ? (own ?? id) : add(operation, above, own ?? id);
      const next = below.get(id);
      if (next !== undefined && below.has(next)) {
        const others = ofOperation.get(next);
        ofOperation.set(next, others === undefined ? total : add(operation, others, total));
      }
      return total;
    },
  };
}

function refusals({ table, operations }: Asked, { refused }: DrainedAreas): Failure[] {
  return Array.from(refused, ([id, reason]) =>
    operations.map(({ name }) => ({ area: `${table}/${id}`, operation: name, reason })),
  ).flat();
}

function failureOf({ id, operation, failed }: Untotalled, { table }: Asked, { failures }: OutcomeCounts): Failure {
  const own = failures.find((one) => one.area === `${table}/${failed}` && one.operation === operation.name);
  const reason = own?.reason ?? 'it failed';
  const why = failed === id ? reason : `${table}/${failed}, which drains into it: ${reason}`;
  return { area: `${table}/${id}`, operation: operation.name, reason: why };
}
