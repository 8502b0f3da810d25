import type { Bbox, ListedArea } from '@cellshed/areas';

/** The id of the area of which the largest share lies in a box, by the boxes of areas. */
export function areaMostlyIn(box: Bbox, areas: readonly Pick<ListedArea, 'id' | 'bbox'>[]): string | undefined {
  const shares = areas.flatMap(({ id, bbox }) => (bbox === undefined ? [] : [{ id, share: shareIn(box, bbox) }]));
  // The first of those that lie in it wholly.
  return shares.reduce<(typeof shares)[number] | undefined>(
    (most, one) => (most === undefined || one.share > most.share ? one : most),
    undefined,
  )?.id;
}

function shareIn([west, south, east, north]: Bbox, [left, bottom, right, top]: Bbox): number {
  const shareOf = (least: number, most: number, from: number, to: number) =>
    Math.max(0, Math.min(most, to) - Math.max(least, from)) / (to - from);
  return shareOf(west, east, left, right) * shareOf(south, north, bottom, top);
}
