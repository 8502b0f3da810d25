import type { Bbox } from '../table.ts';
import { liesIn } from './bbox.ts';
import type { PostgisLayer } from './postgis-layer.ts';

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** SQL: the box, in another CRS, of all that lies in the box `g`; 1 % wider for what bends out between the points along its edges. */
export function boxIn(srid: string, g: string): string {
  const size = (box: string) => `greatest(ST_XMax(${box}) - ST_XMin(${box}), ST_YMax(${box}) - ST_YMin(${box}))`;
  const box = `ST_Envelope(ST_Transform(ST_Segmentize(${g}, greatest(${size(g)}, 1e-6) / 16), ${srid}))`;
  return `(SELECT ST_Expand(e, ${size('e')} / 100 + 1e-6) FROM (SELECT ${box} AS e) wide)`;
}

/** SQL: the geometry in longitude and latitude. */
export function lonLatOf({ geometry, isLonLat }: PostgisLayer): string {
  return isLonLat ? geometry : `ST_Transform(${geometry}, 4326)`;
}

/** SQL conditions on `t`, and the values of their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** SQL: rows whose id begins with the text or whose name contains it, whatever the case, and whose box meets the one given. */
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
    if (layer.extent && liesIn(layer.extent, bbox)) terms.push(`NOT ST_IsEmpty(${layer.geometry})`);
    else terms.push(nearby(layer, bbox, value), meets(layer, bbox, value));
  }
  return { sql: terms.join(' AND ') || 'TRUE', values };
}

type Value = (given: number) => string;

/** What the index can tell: it rounds outwards, and knows only the CRS of the table. */
function nearby({ geometry, isIndexed, isLonLat, srid, extent }: PostgisLayer, bbox: Bbox, value: Value): string {
  if (!isIndexed || (!isLonLat && extent === undefined)) return 'TRUE';
  const [west, south, east, north] = bbox;
  const halves: readonly Bbox[] = [
    [west, south, 180, north],
    [-180, south, east, north],
  ];
  const terms = (west > east ? halves : [bbox]).flatMap((box) => {
    if (isLonLat) return `${geometry} && ST_MakeEnvelope(${box.map(value).join(', ')}, ${srid})`;
    // Where none of the areas is the CRS of the table may have no place.
    const inside = overlap(box, extent as Bbox);
    if (inside[0] > inside[2] || inside[1] > inside[3]) return [];
    return `${geometry} && ${boxIn(String(srid), `ST_MakeEnvelope(${inside.map(value).join(', ')}, 4326)`)}`;
  });
  return terms.length === 0 ? 'FALSE' : `(${terms.join(' OR ')})`;
}

function overlap(a: Bbox, b: Bbox): Bbox {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/** To the last digit. OFFSET 0 keeps the geometry from being transformed once for each side. */
function meets(layer: PostgisLayer, [west, south, east, north]: Bbox, value: Value): string {
  const sides = [`ST_XMax(b) >= ${value(west)}`, `ST_XMin(b) <= ${value(east)}`].join(west > east ? ' OR ' : ' AND ');
  return `EXISTS (SELECT 1 FROM (SELECT ${lonLatOf(layer)}::box3d AS b OFFSET 0) boxes
    WHERE (${sides}) AND ST_YMax(b) >= ${value(south)} AND ST_YMin(b) <= ${value(north)})`;
}
