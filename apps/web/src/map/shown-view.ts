import type { Map as MapLibreMap } from 'maplibre-gl';

/** The place that a map shows. */
export interface View {
  readonly zoom: number;
  readonly center: readonly [longitude: number, latitude: number];
}

/** The member of a link that has it. It is of the map, and not of the question. */
const member = 'at';

/** The place in the query of a link; undefined: it names none. */
export function viewIn(query: string): View | undefined {
  const text = new URLSearchParams(query).get(member);
  const numbers = (text ?? '').split(',').map(Number);
  const [zoom, x, y] = numbers as [number, number, number];
  const isRight = text !== null && numbers.length === 3 && numbers.every(Number.isFinite);
  return isRight && zoom >= 0 && zoom <= 22 && Math.abs(x) <= 180 && Math.abs(y) <= 85
    ? { zoom, center: [x, y] }
    : undefined;
}

/** A link with the place that a map shows. */
export function withView(link: string, map: Pick<MapLibreMap, 'getZoom' | 'getCenter'> | undefined): string {
  const url = new URL(link);
  if (map) {
    const { lng, lat } = map.getCenter().wrap();
    url.searchParams.set(member, [map.getZoom().toFixed(2), lng.toFixed(4), lat.toFixed(4)].join());
  }
  return url.href;
}
