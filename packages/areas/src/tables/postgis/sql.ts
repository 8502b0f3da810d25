import type { Bbox } from '../../table.ts';
import { liesIn } from '../bbox.ts';
import type { PostgisLayer } from './postgis-layer.ts';
import { boxIn } from './quoted.ts';

/** SQL for the geometry in longitude and latitude. */
export function lonLatOf({ geometry, isLonLat, ext }: PostgisLayer): string {
  return isLonLat ? geometry : `${ext}ST_Transform(${geometry}, 4326)`;
}

/** SQL conditions on `t`, and the values of their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * SQL for rows whose id begins with the text or whose name contains it, whatever the case, and
 * whose box meets the given box.
 */
export function conditionsOf(layer: PostgisLayer, q: string, bbox: Bbox | undefined): Conditions {
  const values: unknown[] = [];
  const value = (given: string | number) => `$${values.push(given)}::${typeof given === 'string' ? 'text' : 'float8'}`;
  const terms: string[] = [];
  if (q !== '') {
    const lower = (text: string) => `lower(${text} ${layer.collation})`;
    const text = lower(value(q));
    terms.push(`(starts_with(${lower(layer.id.text)}, ${text}) OR strpos(${lower(layer.name)}, ${text}) > 0)`);
  }
  if (bbox !== undefined) {
    if (layer.extent && liesIn(layer.extent, bbox)) terms.push(`NOT ${layer.ext}ST_IsEmpty(${layer.geometry})`);
    else terms.push(nearby(layer, bbox, value), meets(layer, bbox, value));
  }
  return { sql: terms.join(' AND ') || 'TRUE', values };
}

type Value = (given: number) => string;

/**
 * A condition that the index can answer. The index rounds outwards and has only the CRS of the
 * table.
 */
function nearby(layer: PostgisLayer, bbox: Bbox, value: Value): string {
  const { geometry, isIndexed, isLonLat, srid, extent, ext } = layer;
  if (!isIndexed || (!isLonLat && extent === undefined)) return 'TRUE';
  const terms = indexedBoxes(bbox, layer).flatMap((box) => {
    const envelope = (sides: Bbox, srid: number) => `${ext}ST_MakeEnvelope(${sides.map(value).join(', ')}, ${srid})`;
    if (isLonLat) return `${geometry} OPERATOR(${ext}&&) ${envelope(box, srid)}`;
    // The CRS of the table may have no place outside the extent of the areas.
    const inside = overlap(box, extent as Bbox);
    if (inside[0] > inside[2] || inside[1] > inside[3]) return [];
    return `${geometry} OPERATOR(${ext}&&) ${boxIn(String(srid), envelope(inside, 4326), ext)}`;
  });
  return terms.length === 0 ? 'FALSE' : `(${terms.join(' OR ')})`;
}

/**
 * Boxes of which one meets the box of every wanted area. Areas that may lie beyond 180 are also
 * searched a turn further. An area that jumps over the antimeridian in longitude has a box that
 * meets the meridian of Greenwich.
 */
function indexedBoxes(
  [west, south, east, north]: Bbox,
  { extent, isLonLat }: Pick<PostgisLayer, 'extent' | 'isLonLat'>,
): readonly Bbox[] {
  const isPlain = extent !== undefined && extent[0] >= -180 && extent[2] <= 180;
  const to = west > east ? east + 360 : east;
  const turns = isPlain && west <= east ? [0] : [-360, 0, 360];
  const boxes = turns.map((turn): Bbox => [west + turn, south, to + turn, north]);
  return isLonLat ? [...boxes, [0, south, 0, north]] : boxes;
}

function overlap(a: Bbox, b: Bbox): Bbox {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/**
 * The exact condition. OFFSET 0 makes PostgreSQL transform the geometry once and not once for each
 * side.
 */
function meets(layer: PostgisLayer, [west, south, east, north]: Bbox, value: Value): string {
  const { ext } = layer;
  const [least, most] = [`${ext}ST_XMin(b)`, `${ext}ST_XMax(b)`];
  const to = west > east ? east + 360 : east;
  const across = [-360, 0, 360].map((turn) => `(${most} >= ${value(west + turn)} AND ${least} <= ${value(to + turn)})`);
  // A box wider than half the world may jump from one side of the antimeridian to the other.
  return `EXISTS (SELECT 1 FROM (SELECT ${lonLatOf(layer)}::${ext}box3d AS b OFFSET 0) boxes
    WHERE (${across.join(' OR ')} OR ${most} - ${least} > 180)
      AND ${ext}ST_YMax(b) >= ${value(south)} AND ${ext}ST_YMin(b) <= ${value(north)})`;
}
