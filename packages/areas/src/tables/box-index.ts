import { setImmediate as nextTurn } from 'node:timers/promises';
import Flatbush from 'flatbush';
import type { Bbox } from '../table.ts';
import type { Entry } from './entries.ts';

/** Others have their turn after so many boxes, which may have to be read. */
const boxesInTurn = 50;

/** More degrees than rounding to 32-bit numbers, as an R-tree does it, moves the side of a box. */
const rounding = 1e-4;

/**
 * Indexes the boxes of areas. Resolves to a function that tells the ids of the areas whose box is a
 * given one, or so nearly that rounding to 32-bit numbers could be the difference.
 */
export async function boxIndex<Row>(
  entries: ReadonlyMap<string, Entry<Row>>,
  boxOf: (row: Row) => Bbox | undefined,
): Promise<(bbox: Bbox) => string[]> {
  const boxed: { readonly id: string; readonly box: Bbox }[] = [];
  let count = 0;
  for (const { id, row } of entries.values()) {
    const box = boxOf(row);
    if (box) boxed.push({ id, box });
    if (++count % boxesInTurn === 0) await nextTurn();
  }
  if (boxed.length === 0) return () => [];
  const index = new Flatbush(boxed.length);
  for (const { box } of boxed) index.add(...box);
  index.finish();
  return (bbox) => {
    const isNear = (box: Bbox) => box.every((side, i) => Math.abs(side - (bbox[i] as number)) <= rounding);
    return index.search(...bbox).flatMap((found) => {
      const { id, box } = boxed[found] as (typeof boxed)[number];
      return isNear(box) ? [id] : [];
    });
  };
}
