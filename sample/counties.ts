type Corner = readonly [column: number, row: number];

/** The county of the middle of rings: four around the middle of all. */
export function countiesOf(all: readonly Corner[][][]): (rings: readonly Corner[][]) => string {
  const middle = (rings: readonly Corner[][], axis: 0 | 1) => {
    const [least, most] = extentOf(rings.flat().map((corner) => corner[axis]));
    return (least + most) / 2;
  };
  const [column, row] = [middle(all.flat(), 0), middle(all.flat(), 1)];
  return (rings) => {
    const [isWest, isNorth] = [middle(rings, 0) < column, middle(rings, 1) < row];
    return isNorth ? (isWest ? 'Ashford' : 'Bellmont') : isWest ? 'Carrow' : 'Dunmore';
  };
}

function extentOf(values: Iterable<number>): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}
