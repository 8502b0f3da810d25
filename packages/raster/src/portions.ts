/**
 * The most cells that are numbered at a time: what is known of them then lies in the fastest cache.
 */
export const portion = 1024;

/**
 * Calls back for every portion of `length` cells, telling where each layer's begin and how many
 * they are.
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
