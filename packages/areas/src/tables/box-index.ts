import { setImmediate as nextTurn } from 'node:timers/promises';
import Flatbush from 'flatbush';
import type { Bbox } from '../table.ts';
import type { Entry } from './entries.ts';

/** The number of boxes after which other work gets a turn: some boxes have to be read. */
const boxesInTurn = 50;

/**
 * The most degrees by which an R-tree moves a side of a box when it rounds to 32-bit numbers, and a
 * bit more.
 */
const rounding = 1e-4;

/**
 * Indexes the boxes of areas. Resolves to a function that returns the ids of the areas with a given
 * box, or with a box so near that rounding to 32-bit numbers may be the difference.
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
