import type { Inputs } from '@cellshed/contracts';
import { refused } from '../problems/problem-error.ts';
import type { AskedUnits } from './asked.ts';
import { wellKnownIn } from './resolve-area.ts';

type UnitsInputs = Pick<Inputs, 'areas' | 'upstream' | 'within' | 'by' | 'sum'>;

/**
 * Reads which areas of a table are meant; undefined: areas are named one by one. Throws a
 * ProblemError (400) for members that say nothing together.
 */
export function askedUnits(inputs: UnitsInputs, most: number): AskedUnits | undefined {
  const { areas: table, upstream = false, within, by, sum: isSum = false } = inputs;
  if (typeof table !== 'string') {
    const idle = (['within', 'by', 'sum'] as const).find((member) => inputs[member] !== undefined);
    if (idle === undefined) return undefined;
    throw refused({ path: `inputs.${idle}`, problem: 'is known only where inputs.areas is the name of an area table' });
  }
  const is = JSON.stringify(table.slice(0, 100));
  if (within === undefined && by === undefined) {
    const problem = `is ${is}, expected inputs.within or inputs.by beside the name of an area table, or a list of areas`;
    throw refused({ path: 'inputs.areas', problem });
  }
  if (isSum && by !== undefined)
    throw refused({
      path: 'inputs.sum',
      problem: 'is true, but inputs.by answers for each value; expected one of both',
    });
  if (upstream && (by !== undefined || isSum)) {
    const other = isSum ? 'inputs.sum' : 'inputs.by';
    throw refused({
      path: 'inputs.upstream',
      problem: `is true, but ${other} unites other areas; expected one of both`,
    });
  }
  const larger = within === undefined ? undefined : wellKnownIn(within, 'inputs.within', 'table/id of a larger area');
  return { table, within: larger, by, isSum, upstream, most };
}
