import type { Bbox, Polygon } from '@cellshed/areas';
import type { OpenAreas } from '@cellshed/catalog';
import { geoJSONToTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { featureOf } from '../collections/feature.ts';
import { bordersOf } from './borders.ts';

/** A tile of a web map, in the squares of the Web Mercator projection (EPSG:3857). */
export interface TileAddress {
  readonly z: number;
  /** From the west. */
  readonly x: number;
  /** From the north. */
  readonly y: number;
}

/** A tile with the outlines of areas, and the version of the table that they are from. */
export interface AreaTile {
  readonly tile: Uint8Array;
  readonly version: string;
}

/** The most areas of a tile, and their vertices. A tile with more of either shows none. */
const [mostAreas, mostVertices] = [2000, 2_000_000];

/** The units of a tile, and those around it with which lines are drawn to their ends. */
const [extent, buffer] = [4096, 64];

/**
 * A vector tile (Mapbox Vector Tile 2.1) with the areas that meet it, in the layer `areas`: each
 * with the properties `id` and `name`. The layer `borders` has their outlines as lines, those that
 * areas share once. Both are simplified to a fraction of a pixel. Where too many areas meet the
 * tile, it has none: they would cover each other.
 */
export async function areaTile(tables: Pick<OpenAreas, 'use'>, table: string, address: TileAddress): Promise<AreaTile> {
  const box = boxOf(address);
  const query = { limit: mostAreas, offset: 0, vertices: mostVertices, bbox: box };
  const { matched, items, version } = await tables.use(table, async (open) => ({
    ...(await open.list(query)),
    version: open.version,
  }));
  const isWhole = items.length === matched;
  const areas = (isWhole ? items : []).map((area) => {
    const { id, geometry } = featureOf(area);
    return featureWith(geometry, { id, ...(area.name !== undefined && { name: area.name }) });
  });
  const lines = { type: 'MultiLineString', coordinates: bordersOf(areas.flatMap(polygonsOf), box) };
  const layers = {
    ...cut('areas', areas, address),
    ...cut('borders', [featureWith(lines, {})], address),
  };
  return { tile: Uint8Array.from(fromGeojsonVt(layers, { version: 2, extent })), version };
}

/** A layer of a tile: what lies in the tile of these features. */
function cut(name: string, features: readonly GeoJSON.Feature[], { z, x, y }: TileAddress) {
  const collection = { type: 'FeatureCollection' as const, features: [...features] };
  const layer = geoJSONToTile(collection, z, x, y, { extent, buffer, tolerance: 6, clip: true });
  return layer && { [name]: layer };
}

function featureWith(geometry: object | null, properties: GeoJSON.GeoJsonProperties) {
  return { type: 'Feature', geometry, properties } as GeoJSON.Feature;
}

function polygonsOf({ geometry }: GeoJSON.Feature): readonly Polygon[] {
  const polygons = geometry?.type === 'Polygon' ? [geometry.coordinates] : [];
  return (geometry?.type === 'MultiPolygon' ? geometry.coordinates : polygons) as unknown as readonly Polygon[];
}

/** The box of a tile with what is drawn around it, in degrees. */
function boxOf({ z, x, y }: TileAddress): Bbox {
  const around = buffer / extent;
  const [west, east] = [x - around, x + 1 + around].map((at) => longitude(at / 2 ** z)) as [number, number];
  const [north, south] = [y - around, y + 1 + around].map((at) => latitude(at / 2 ** z)) as [number, number];
  return [west, south, east, north];
}

function longitude(share: number): number {
  return Math.min(180, Math.max(-180, 360 * share - 180));
}

/** The inverse of the Mercator projection on a sphere: latitude = atan(sinh(π (1 − 2 y))). */
function latitude(share: number): number {
  return (180 / Math.PI) * Math.atan(Math.sinh(Math.PI * (1 - 2 * share)));
}
