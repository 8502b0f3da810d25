/** The most cells that are numbered at once, so that their data stay in the fastest cache. */
export const portion = 1024;

/**
 * Calls back for every portion of `length` cells, with the index of its first sample in each raster
 * and the number of its cells.
 */
export function forEachPortion(
  from: readonly number[],
  length: number,
  visit: (from: readonly number[], length: number) => void,
): void {
  if (length <= portion) return visit(from, length);
  for (let done = 0; done < length; done += portion) {
    visit(
      from.map((first) => first + done),
      Math.min(portion, length - done),
    );
  }
}
